using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>The layer × step map of all pairs, or of the pair that the address names.</summary>
public sealed partial class LayerPanel : ComponentBase, IDisposable
{
    /// <summary>A choice longer than this is not read: the ranked pairs lead to the others.</summary>
    private const int MostChoices = 60;
    /// <summary>Shares that differ by less are taken for alike.</summary>
    private const double Telling = 0.1;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private LayerMap _map = LayerMap.None;
    private IReadOnlyList<string> _columns = [];
    private bool _numbers;
    private (RunSnapshot, string?, bool)? _read;
    private long _readAt;

    [Inject] public required LayerMapReader Reader { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }

    private (string? First, string? Second) Pair => View.Query.Pair?.Split('~') is [var first, var second] && Has(first) && Has(second) ? (first, second) : (null, null);

    private IEnumerable<string> Pairs
    {
        get
        {
            var all = View.Now.Tasks.SelectMany((first, i) => View.Now.Tasks.Skip(i + 1).Select(second => $"{first.Name}~{second.Name}")).Take(MostChoices).ToList();
            return Pair.First is null || all.Contains(View.Query.Pair!) ? all : [.. all, View.Query.Pair!];
        }
    }

    private string Sentence => Pair.First is null ? OfAll : OfPair;

    /// <summary>Where a pair clearly pulls apart.</summary>
    private string OfPair
    {
        get
        {
            var apart = _map.Overall.Where(row => row is { IsClear: true, Mean: < 0 } && row.First != LayerMapReader.All).OrderBy(row => row.Mean).ToList();
            var most = _map.Overall.Select(row => row.Records).DefaultIfEmpty(0).Max();
            return apart.Count > 0 ? $"They pull apart most in {apart[0].First} (mean cosine {Format.Cosine(apart[0].Mean)}){(apart.Count > 1 ? $", and in {apart.Count - 1} more of {_map.Rows.Count} rows" : "")}."
                : most < PairCosine.FewestRecords ? $"{most} of the {PairCosine.FewestRecords} records that a claim needs are there." : "In no part of the model do they clearly pull apart.";
        }
    }

    /// <summary>How many pairs pull apart, and where most do so where that differs at all.</summary>
    private string OfAll
    {
        get
        {
            var parts = _map.Overall.Where(row => double.IsFinite(row.Mean) && row.First != LayerMapReader.All).ToList();
            var text = _map.Overall.FirstOrDefault(row => row.First == LayerMapReader.All) is { Mean: var whole } && double.IsFinite(whole) ? $"On the whole {Format.Share(whole)} of pairs pull apart at a step" : "Shares of pairs that pull apart";
            if (parts.Count > 1 && parts.MaxBy(row => row.Mean)! is var most && parts.MinBy(row => row.Mean)! is var least && most.Mean - least.Mean > Telling)
                text += $", most in {most.First} ({Format.Share(most.Mean)}), least in {least.First} ({Format.Share(least.Mean)})";
            return text + ". Noise alone would give half.";
        }
    }

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        var look = (View.Now, View.Query.Pair, View.IsPhone);
        if (_read is { } read && ReferenceEquals(read.Item1, look.Now) && read.Item2 == look.Pair && read.Item3 == look.IsPhone) return;
        _read = look;
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (Clock.GetElapsedTime(_readAt) < Pace) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _readAt = Clock.GetTimestamp();
        var count = View.IsPhone ? 6 : 20;
        var map = Pair is ({ } first, { } second) ? await Reader.PairAsync(View.Now, first, second, count, _gone.Token) : await Reader.ConflictsAsync(View.Now, count, _gone.Token);
        (_map, _columns, _numbers) = (map, [.. map.Columns.Select(step => Format.Count(step))], !View.IsPhone);
    }

    private bool Has(string task) => View.Now.Tasks.Any(known => known.Name == task);

    private void Choose(string? pair) => Navigation.SetQuery(("pair", string.IsNullOrEmpty(pair) ? null : pair));

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
