using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Features.Studies;

/// <summary>One study: what it found, how far it is, and what can be done with it.</summary>
public sealed partial class StudyPage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private Task _watch = Task.CompletedTask;
    private StudyReport? _report;
    private bool _missing, _ofShares;

    [Inject] public required StudyReader Reader { get; set; }
    [Inject] public required RunCommands Runs { get; set; }
    [Inject] public required StudyStore Studies { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required ISnackbar Snackbar { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter] public long Id { get; set; }
    /// <summary>"baseline", "untuned" or a run's number; null: the baselines where the study has them.</summary>
    [SupplyParameterFromQuery] public string? Reference { get; set; }

    private IReadOnlyList<PolicyLine> Judged => [.. _report!.Lines.Where(line => line.DeltaM?.Value is not null)];

    /// <summary>The runs that stand for the policies.</summary>
    private IReadOnlyList<long> Chosen => [.. _report!.Lines.SelectMany(line => line.Runs).Take(20)];

    private double? Equal => _report!.Lines.FirstOrDefault(line => line.Policy == "equal")?.SecondsPerStep is > 0 and var seconds ? seconds : null;

    private double Done => _report!.Runs is { Count: > 0 } runs ? runs.Average(run => run.State == RunState.Finished ? 1 : RunProgress.Share(run)) : 0;

    private IReadOnlyList<(string, string)> References
    {
        get
        {
            var equal = _report!.Lines.FirstOrDefault(line => line.Policy == "equal" && line.Runs.Count > 0);
            var given = _report.Reference.ToString();
            List<(string, string)> all = [("baseline", "baselines"), ("untuned", "untuned model"), .. equal is null ? Array.Empty<(string, string)>() : [($"{equal.Runs[0]}", "equal weighting")]];
            return all.Any(one => one.Item1 == given) ? all : [.. all, (given, $"run {given}")];
        }
    }

    /// <summary>By what the finished runs of the study took; null before the first.</summary>
    private TimeSpan? Left
    {
        get
        {
            var took = _report!.Runs.Where(run => run.State == RunState.Finished && run is { StartedAt: not null, EndedAt: not null }).Select(run => (run.EndedAt!.Value - run.StartedAt!.Value).TotalSeconds).ToList();
            if (took.Count == 0) return null;
            return TimeSpan.FromSeconds(_report.Runs.Where(run => !RunTransitions.IsEnded(run.State)).Sum(run => took.Average() * (1 - RunProgress.Share(run))));
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        await ReadAsync();
        if (_watch.IsCompleted && !_missing && !_gone.IsCancellationRequested) _watch = WatchAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            _ofShares = (await Studies.GetAsync(Id, _gone.Token)).IsOfShares;
            _report = _ofShares ? null : await Reader.ReadAsync(Id, ReferenceChoice.Parse(Reference), _gone.Token);
            _missing = false;
        }
        catch (StudyNotFoundException)
        {
            _missing = true;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Pace, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
                if (_report is { IsUnderWay: true } report && await Reader.ProgressAsync(report, _gone.Token) is var next)
                    await InvokeAsync(() =>
                    {
                        // Something else may have been read meanwhile, as another reference.
                        if (!ReferenceEquals(_report, report)) return;
                        _report = next;
                        StateHasChanged();
                    });
        }
        catch (Exception ended) when (ended is OperationCanceledException or StudyNotFoundException)
        {
            // The page was left, or the study deleted elsewhere.
        }
    }

    private async Task MakeBaselinesAsync()
    {
        var made = new HashSet<long>();
        foreach (var run in Chosen) made.UnionWith((await Runs.EnsureBaselinesAsync(run)).Where(choice => !choice.Reused).Select(choice => choice.RunId));
        Snackbar.Add($"{made.Count} {(made.Count == 1 ? "baseline is" : "baselines are")} queued; equal ones are reused");
    }

    private static string Evidence(TaskComparison task, TaskValue value) =>
        $"{VerdictLook.Word(value.Verdict)}: {task.Metric} {Format.Score(value.Value, task.Unit)} beside {Format.Score(value.ReferenceValue, task.Unit)} [{Format.ScoreDelta(value.Low, task.Unit)}, {Format.ScoreDelta(value.High, task.Unit)}], {Format.Count(value.Examples)} {value.Split} examples, {value.Seeds} {(value.Seeds == 1 ? "seed" : "seeds")}";

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _watch;
        _gone.Dispose();
    }
}
