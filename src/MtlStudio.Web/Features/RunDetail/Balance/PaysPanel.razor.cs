using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>The trials of single tasks' steps: who pays for whom, as a map and ranked.</summary>
public sealed partial class PaysPanel : ComponentBase, IDisposable
{
    /// <summary>Names that a map beside the table has room for.</summary>
    private const int Side = 16;
    private const int Most = 100, Window = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<EffectPair> _pairs = [];
    private IReadOnlyList<string> _names = [];
    private double[,] _matrix = new double[0, 0];
    /// <summary>Something is clear, so that a map shows more than blanks.</summary>
    private bool _any;
    private RunSnapshot? _read;
    private long _readAt;

    [Inject] public required EffectReader Reader { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>Those who pay first, the most; then those who gain; then the unclear. A task's gain from its own steps is no news.</summary>
    private IEnumerable<EffectPair> Ranked => _pairs.Where(pair => pair.Source != pair.Target).OrderBy(pair => pair.IsClear ? 0 : 1).ThenBy(pair => pair.Mean);

    private string Sentence
    {
        get
        {
            var pays = Ranked.Where(pair => pair.Pays).ToList();
            if (pays.Count > 0)
                return $"A step of {pays[0].Source} alone costs {pays[0].Target} most: its validation loss rises by {Format.Number(-100 * pays[0].Mean)} % right after ({pays[0].Trials} trials)"
                    + (pays.Count > 1 ? $"; {pays.Count} of {Ranked.Count()} pairs pay." : ".");
            var most = Ranked.Select(pair => pair.Trials).DefaultIfEmpty(0).Max();
            return most < EffectPair.FewestTrials ? $"{most} of the {EffectPair.FewestTrials} trials of a pair that a claim needs are there."
                : Ranked.FirstOrDefault(pair => pair.IsClear) is null ? "No step of one task clearly costs or helps another so far." : "No task clearly pays for another's step.";
        }
    }

    private IReadOnlyList<string> Colors => [.. _names.Select(name => TaskColors.Of(View.Now.Tasks.First(task => task.Name == name).ColorIndex, Theme.IsDark))];

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_read, View.Now)) return;
        _read = View.Now;
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
        _pairs = await Reader.ReadAsync(View.Now, Window, _gone.Token);
        _names = [.. View.Now.Tasks.Select(task => task.Name)];
        var places = _names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var matrix = new double[_names.Count, _names.Count];
        for (var i = 0; i < _names.Count; i++)
            for (var j = 0; j < _names.Count; j++) matrix[i, j] = double.NaN;
        foreach (var pair in _pairs.Where(pair => pair.IsClear)) matrix[places[pair.Source], places[pair.Target]] = 100 * pair.Mean;
        (_matrix, _any) = (matrix, _pairs.Any(pair => pair.IsClear));
    }

    private string Curve(EffectPair pair) => Navigation.QueryUri(("tab", RunQuery.Curves), ("series", new[] { SeriesNames.Affinity(pair.Source, pair.Target) }), ("from", null), ("to", null));

    private static string Percent(double share) => (share > 0 ? "+" : "") + Format.Number(100 * share).Replace('-', '−');

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
