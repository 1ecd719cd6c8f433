using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>The layer × step map of all pairs, or of the pair that the address names.</summary>
public sealed partial class LayerPanel : ComponentBase, IDisposable
{
    /// <summary>A choice longer than this is not read: the ranked pairs lead to the others.</summary>
    private const int MostChoices = 60;
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

    private string Sentence
    {
        get
        {
            var rows = _map.Rows.Zip(_map.Means).Where(row => double.IsFinite(row.Second) && row.First != "whole").ToList();
            if (rows.Count == 0) return "The gradients are recorded as a whole only.";
            var (most, least) = Pair.First is null ? (rows.MaxBy(row => row.Second), rows.MinBy(row => row.Second)) : (rows.MinBy(row => row.Second), rows.MaxBy(row => row.Second));
            string Words((string Name, double Mean) row) => Pair.First is null ? $"{row.Name} ({Format.Share(row.Mean)} of pairs)" : $"{row.Name} (mean cosine {Format.Cosine(row.Mean)})";
            return Pair.First is null ? $"Gradients pull apart most often in {Words(most)}, least in {Words(least)}." : $"Their gradients lie furthest apart in {Words(most)}, nearest in {Words(least)}.";
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
