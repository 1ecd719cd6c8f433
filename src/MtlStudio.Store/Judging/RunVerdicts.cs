using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>Keeps the table of verdicts (<see cref="RunDelta"/>) of finished runs, and their alarms where a task is hurt.</summary>
public sealed class RunVerdicts(StoreWriter writer, IDbContextFactory<StudioContext> contexts, JudgeReader reader, Comparer comparer, TimeProvider clock)
{
    /// <summary>The kind of the alarm.</summary>
    public const string HurtAlarm = "hurt";

    /// <summary>The finished runs whose verdicts depend on a run: itself, and those it is a baseline of.</summary>
    public async Task<IReadOnlyList<long>> AffectedByAsync(long run, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(row => row.State == RunState.Finished && (row.Id == run || context.RunBaselines.Any(link => link.RunId == row.Id && link.BaselineRunId == run)))
            .Select(row => row.Id).ToListAsync(cancellation);
    }

    /// <summary>The finished runs that have scores by example and miss a verdict they could have.</summary>
    public async Task<IReadOnlyList<long>> DueAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs
            .Where(run => run.State == RunState.Finished && context.ExampleScores.Any(set => set.RunId == run.Id)
                && (!context.RunDeltas.Any(delta => delta.RunId == run.Id)
                    || context.RunBaselines.Any(link => link.RunId == run.Id && context.Runs.Any(baseline => baseline.Id == link.BaselineRunId && baseline.State == RunState.Finished)
                        && !context.RunDeltas.Any(delta => delta.RunId == run.Id && delta.Task == link.Task && delta.Reference == RunDelta.Baseline && delta.ReferenceRunId == link.BaselineRunId))))
            .OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellation);
    }

    /// <summary>Every finished run that has scores by example: what a change of the smallest difference that matters concerns.</summary>
    public async Task<IReadOnlyList<long>> AllAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(run => run.State == RunState.Finished && context.ExampleScores.Any(set => set.RunId == run.Id)).OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellation);
    }

    /// <summary>The verdicts of these runs, as they were last judged.</summary>
    public async Task<IReadOnlyList<RunDelta>> OfAsync(IReadOnlyCollection<long> runs, string reference = RunDelta.Baseline, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.RunDeltas.AsNoTracking().Where(delta => runs.Contains(delta.RunId) && delta.Reference == reference).OrderBy(delta => delta.RunId).ThenBy(delta => delta.Task).ToListAsync(cancellation);
    }

    /// <summary>Judges a run anew against its baselines and against the untuned model, and writes what was found; false where the rows stood so already.</summary>
    public async Task<bool> JudgeAsync(long id, CancellationToken cancellation = default)
    {
        if (!(await reader.RunsAsync([id], cancellation)).TryGetValue(id, out var run) || !run.IsFinished) return false;
        var found = new List<RunDelta>();
        foreach (var reference in new[] { ReferenceChoice.Baseline, ReferenceChoice.Untuned })
            found.AddRange(Rows(await comparer.CompareAsync([run], reference, cancellation)));
        return await writer.WriteAsync(async context =>
        {
            if (!await context.Runs.AnyAsync(row => row.Id == id, CancellationToken.None)) return false;
            // A reference that was deleted meanwhile takes its rows along.
            var there = await context.Runs.Where(row => found.Select(delta => delta.ReferenceRunId).Contains(row.Id)).Select(row => row.Id).ToListAsync(CancellationToken.None);
            found.RemoveAll(delta => !there.Contains(delta.ReferenceRunId));
            var stored = await context.RunDeltas.Where(delta => delta.RunId == id).ToListAsync(CancellationToken.None);
            if (stored.Count == found.Count && stored.All(old => found.Any(now => Same(old, now)))) return false;
            context.RunDeltas.RemoveRange(stored);
            await context.SaveChangesAsync(CancellationToken.None);
            context.RunDeltas.AddRange(found);
            await AlarmAsync(context, run.Run, found);
            return true;
        }, cancellation);
    }

    private IEnumerable<RunDelta> Rows(Comparison comparison) =>
        from task in comparison.Tasks
        from value in task.Values
        where value.Verdict is not null
        select new RunDelta
        {
            RunId = value.Run, Task = task.Task, Reference = comparison.Reference.ToString(), ReferenceRunId = value.ReferenceRun, Metric = task.Metric, HigherIsBetter = task.HigherIsBetter,
            Split = value.Split!, Step = value.Step!.Value, Examples = value.Examples, Seeds = value.Seeds, Value = value.Value!.Value, ReferenceValue = value.ReferenceValue!.Value,
            Delta = value.Delta!.Value, Low = value.Low!.Value, High = value.High!.Value, P = value.P!.Value, Verdict = value.Verdict!.Value.ToString().ToLowerInvariant(), ComputedAt = clock.GetUtcNow(),
        };

    private static bool Same(RunDelta old, RunDelta now) =>
        (old.Task, old.Reference, old.ReferenceRunId, old.Metric, old.Split, old.Step, old.Value, old.ReferenceValue, old.Low, old.High, old.Verdict)
        == (now.Task, now.Reference, now.ReferenceRunId, now.Metric, now.Split, now.Step, now.Value, now.ReferenceValue, now.Low, now.High, now.Verdict);

    private async Task AlarmAsync(StudioContext context, Run run, List<RunDelta> found)
    {
        var stored = await context.Alarms.Where(alarm => alarm.RunId == run.Id && alarm.Kind == HurtAlarm).ToListAsync(CancellationToken.None);
        var hurt = found.Where(delta => delta is { Reference: RunDelta.Baseline, Verdict: "hurt" }).Select(delta => (delta.Task, Message: Words(delta), delta.Step)).ToList();
        context.Alarms.RemoveRange(stored.Where(alarm => hurt.All(one => one.Task != alarm.Task)));
        foreach (var (task, message, step) in hurt)
            if (stored.FirstOrDefault(alarm => alarm.Task == task) is { } known) known.Message = message;
            else context.Alarms.Add(new() { RunId = run.Id, Seq = run.IngestSeq, Time = clock.GetUtcNow(), Step = step, Kind = HurtAlarm, Task = task, Message = message });
    }

    /// <summary>One seed suspects; it does not show.</summary>
    private static string Words(RunDelta delta) => string.Create(CultureInfo.InvariantCulture,
        $"{delta.Task} is hurt: {delta.Metric} {Scaled(delta, delta.Value):0.0}, {Scaled(delta, Math.Abs(delta.Delta)):0.0} {(delta.HigherIsBetter ? "below" : "above")} its baseline, run {delta.ReferenceRunId} (suspected negative transfer: one seed)");

    private static double Scaled(RunDelta delta, double value) => Core.Metrics.MetricRegistry.Find(delta.Metric)?.Unit == "fraction" ? 100 * value : value;
}
