using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Home;

/// <summary>A finished run in which tasks are hurt beside their baselines; or all runs of one training under several seeds, judged together.</summary>
/// <param name="Runs">By rising seed where there are several.</param>
/// <param name="Tasks">The surest first.</param>
/// <param name="Transfer">Of that task.</param>
public sealed record HurtTraining(IReadOnlyList<long> Runs, IReadOnlyList<string> Tasks, Transfer Transfer)
{
    /// <summary>Of the runs that ended, the newest first. A run with other seeds speaks with them, never alone.</summary>
    public static IReadOnlyList<HurtTraining> Among(HomeSnapshot home)
    {
        var found = new List<HurtTraining>();
        var told = new HashSet<string>();
        foreach (var run in home.Ended)
        {
            var together = home.Seeds[run.Id].ToList();
            if (together.Count > 0 && !told.Add(together[0].GroupHash)) continue;
            if (together.Count == 0 && WaitsForSeeds(home, run)) continue;
            var hurt = together.Count > 0
                ? together.Where(delta => delta.Verdict == Word).Select(delta => (delta.Task, delta.P, Transfer: Enum.Parse<Transfer>(delta.Transfer, ignoreCase: true))).ToList()
                : [.. home.Verdicts[run.Id].Where(delta => delta.Verdict == Word).Select(delta => (delta.Task, delta.P, Transfer.Suspected))];
            if (hurt.Count == 0) continue;
            // Of equally sure ones, what every seed agrees on.
            hurt = [.. hurt.OrderBy(task => task.P).ThenByDescending(task => task.Transfer)];
            found.Add(new(together.Count > 0 ? together[0].ReadRuns() : [run.Id], [.. hurt.Select(task => task.Task)], hurt[0].Transfer));
        }
        return found;
    }

    private const string Word = "hurt";

    /// <summary>Other seeds of the run's training were judged, too, or come recorded with it, and what they say together is still being worked out.</summary>
    private static bool WaitsForSeeds(HomeSnapshot home, Run run)
    {
        if (run.State != RunState.Finished || run.BaselineTask is not null) return false;
        var tasks = home.Verdicts[run.Id].Select(delta => delta.Task).ToHashSet();
        return home.Ended.Any(other => other.Id != run.Id && other.State == RunState.Finished && other.BaselineTask is null
            && (HomeSnapshot.IsRecorded(run) && HomeSnapshot.IsRecorded(other) || home.Verdicts[other.Id].Any(delta => tasks.Contains(delta.Task)))
            && other.SeedGroup() == run.SeedGroup());
    }

    /// <summary>"sentiment is hurt in runs 1, 8 and 15 (negative transfer: under each of 3 seeds)".</summary>
    public string Words => $"{(Tasks.Count == 1 ? $"{Tasks[0]} is" : $"{Tasks[0]} and {Tasks.Count - 1} more are")} hurt in {(Runs.Count == 1 ? $"run {Runs[0]}" : $"runs {string.Join(", ", Runs.SkipLast(1))} and {Runs[^1]}")} ({Evidence})";

    private string Evidence => (Runs.Count, Transfer) switch
    {
        (1, _) => "suspected: one seed",
        (var seeds, Transfer.Negative) => $"negative transfer: under each of {seeds} seeds",
        (var seeds, _) => $"suspected: {seeds} seeds together",
    };

    /// <summary>Where the evidence stands: the runs beside their baselines, and the examples of the first task.</summary>
    public string Href => $"/compare?runs={string.Join(',', Runs)}&reference=baseline&task={Uri.EscapeDataString(Tasks[0])}&open={Runs[0]}";
}
