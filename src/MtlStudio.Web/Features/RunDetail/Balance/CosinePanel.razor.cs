using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>The cosines of all pairs of task gradients over the last records: as a map, and ranked with their intervals.</summary>
public sealed partial class CosinePanel : ComponentBase, IDisposable
{
    /// <summary>Names that a map beside the table has room for.</summary>
    private const int Side = 16;
    private const int Most = 100;
    private static readonly IReadOnlyList<(int, string)> Windows = [(20, "20 records"), (50, "50"), (200, "200"), (1000, "1,000")];
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<PairCosine> _pairs = [];
    private IReadOnlyDictionary<string, PairCosine> _ceilings = new Dictionary<string, PairCosine>();
    private IReadOnlyDictionary<string, double> _norms = new Dictionary<string, double>();
    private IReadOnlyList<string> _names = [];
    private double[,] _matrix = new double[0, 0];
    private int _window;
    private long _readAt;

    [Inject] public required CosineReader Reader { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>Those that pull apart first, then together, then the unclear.</summary>
    private IEnumerable<PairCosine> Ranked => _pairs.Where(pair => pair.Records > 0).OrderBy(pair => pair.IsClear ? 0 : 1).ThenBy(pair => pair.Mean);

    private string Sentence
    {
        get
        {
            var apart = _pairs.Where(pair => pair.IsClear && pair.Mean < 0).OrderBy(pair => pair.Mean).ToList();
            var most = _pairs.Select(pair => pair.Records).DefaultIfEmpty(0).Max();
            if (most < PairCosine.FewestRecords) return $"{Format.Count(most)} of the {PairCosine.FewestRecords} records that a claim needs are there; one comes every {View.Now.Spec.Telemetry.GradientEvery} steps.";
            return apart.Count == 0 ? $"No pair clearly pulls apart in the last {Format.Count(View.Query.Window)} records."
                : $"{apart[0].First} and {apart[0].Second} pull apart most (mean cosine {Format.Cosine(apart[0].Mean)})"
                    + (apart.Count > 1 ? $"; {apart.Count} of {_pairs.Count} pairs do." : ".");
        }
    }

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        if (_window == View.Query.Window) return;
        _window = View.Query.Window;
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
        _pairs = await Reader.ReadAsync(View.Now, View.Query.Window, _gone.Token);
        _ceilings = await Reader.CeilingsAsync(View.Now, View.Query.Window, _gone.Token);
        _norms = await Reader.NormsAsync(View.Now, View.Query.Window, _gone.Token);
        _names = CosineReader.Clustered(View.Now.Tasks, _pairs);
        _matrix = CosineReader.Matrix(_names, _pairs, _ceilings);
    }

    private IReadOnlyList<string> Colors => [.. _names.Select(name => TaskColors.Of(View.Now.Tasks.First(task => task.Name == name).ColorIndex, Theme.IsDark))];

    /// <summary>Leads to the pair's map of layers and steps, below.</summary>
    private string Layers(string first, string second) => Navigation.QueryUri(("pair", $"{first}~{second}")) + "#layers";

    /// <summary>A press on a pair opens its layers; on a task's noise ceiling, its course.</summary>
    private void Open(int row, int column)
    {
        if (row == column) Navigation.NavigateTo(Navigation.QueryUri(("tab", RunQuery.Curves), ("series", new[] { SeriesNames.Cosine(_names[row], _names[row]) }), ("from", null), ("to", null)));
        else if (_pairs.FirstOrDefault(pair => (pair.First == _names[row] && pair.Second == _names[column]) || (pair.First == _names[column] && pair.Second == _names[row])) is { } pair)
            Navigation.NavigateTo(Layers(pair.First, pair.Second));
    }

    private double? Alike(PairCosine pair) =>
        _norms.TryGetValue(pair.First, out var first) && _norms.TryGetValue(pair.Second, out var second) && first + second > 0 ? 2 * first * second / (first * first + second * second) : null;

    private static string Interval(PairCosine pair) => double.IsFinite(pair.HalfWidth) ? $"{Format.Cosine(pair.Mean - pair.HalfWidth)} to {Format.Cosine(pair.Mean + pair.HalfWidth)}" : Format.Missing;

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
