using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Metrics;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Compare.Samples;

/// <summary>What each run, and the reference, made of one example.</summary>
public sealed partial class SampleCompare : ComponentBase, IDisposable
{
    private const int Long = 600;
    private static readonly IReadOnlyList<(string, string)> Diffs = [("reference", "Expected"), ("first", "First run"), ("off", "Nothing")];

    private readonly CancellationTokenSource _gone = new();
    private SampleSet _set = SampleSet.Empty;
    private object? _shown;
    private bool _read, _whole;

    [Inject] public required SampleReader Reader { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [CascadingParameter] public required CompareView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    private int Place => _set.Examples.ToList().IndexOf(_set.Example ?? -1);

    private Sample? First => _set.Outputs.Count == 0 ? null : View.Ids.Select(_set.Outputs.GetValueOrDefault).OfType<Sample>().FirstOrDefault();

    /// <summary>The reference's own outputs first, then the runs in their order.</summary>
    private IEnumerable<(string Title, long Run, int? Place, Sample? Sample)> Columns
    {
        get
        {
            if (View.Reference == CompareReference.Untuned && _set.Untuned is { } untuned && _set.Step != 0) yield return ("untuned", untuned.RunId, null, untuned);
            foreach (var extra in Extra) yield return (View.Reference == CompareReference.Baseline ? $"baseline {extra}" : $"run {extra}", extra, null, _set.Outputs.GetValueOrDefault(extra));
            foreach (var run in Shown) yield return (View.LineOf(run.Id).Label, run.Id, View.LineOf(run.Id).Place, _set.Outputs.GetValueOrDefault(run.Id));
        }
    }

    /// <summary>The runs that train the task; of grouped seeds, the first.</summary>
    private IEnumerable<CompareRun> Shown => View.Lines.Select(line => line.Runs[0]).Where(run => run.Tasks.Any(task => task.Name == View.Task?.Name));

    /// <summary>The runs of the reference that are not compared themselves.</summary>
    private IReadOnlyList<long> Extra => View.Task is not { } task ? [] : View.Reference switch
    {
        CompareReference.Baseline => [.. Shown.Select(run => run.Baselines.GetValueOrDefault(task.Name)).Where(id => id > 0).Distinct().Except(View.Ids)],
        CompareReference.Untuned => [],
        var run => CompareReference.Run(run) is { } id && !View.Ids.Contains(id) ? [id] : [],
    };

    protected override async Task OnParametersSetAsync()
    {
        var look = (string.Join(',', Shown.Select(run => run.Id)), View.Round, View.Reference, View.Task?.Name, View.Query.Split, View.Query.Example, View.Query.Step);
        if (look.Equals(_shown)) return;
        _shown = look;
        if (View.Task is not { } task) return;
        var set = await Reader.ReadAsync(new([.. Shown.Select(run => run.Id)], Extra, task.Name, View.Query.Split, View.Query.Example, View.Query.Step), _gone.Token);
        if (!look.Equals(_shown)) return; // another was chosen meanwhile
        (_set, _read) = (set, true);
    }

    private string? Other(Sample sample) => View.Query.Diff switch
    {
        "off" => null,
        "first" => First is { } first && first.RunId != sample.RunId ? first.Output : null,
        _ => sample.ReadReferences() is [var expected, ..] ? expected : null,
    };

    private static string Unit(string metric) => MetricRegistry.Find(metric)?.Unit ?? "";

    private void Move(int by)
    {
        _whole = false;
        Navigation.SetQuery(("task", View.Task?.Name), ("example", _set.Examples[Math.Clamp(Place + by, 0, _set.Examples.Count - 1)]));
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
