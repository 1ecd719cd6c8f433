using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Reads what the page shows of one run.</summary>
public sealed class RunLoader(RunStore runs, RunReader reader, RunQueue queue, Comparer comparer, RunVerdicts verdicts)
{
    /// <summary>The run as it stands, or null where there is none. Its <see cref="Store.Run.IngestSeq"/> is read first: all that came later is told by the live feed.</summary>
    /// <param name="chosen">What the scores stand beside; null: the baselines where there are any, else the untuned model.</param>
    /// <param name="pinned">The pinned run, or null.</param>
    public async Task<RunSnapshot?> LoadAsync(long id, Reference? chosen = null, long? pinned = null, CancellationToken cancellation = default)
    {
        if (await runs.FindOrNullAsync(id, cancellation) is not { } run) return null;
        var spec = run.ReadSpec();
        var baselines = await BesideAsync([.. (await reader.BaselinesAsync(id, cancellation)).Select(link => (link.Task, link.BaselineRunId))], cancellation);
        var waits = run.State == RunState.Queued ? (await queue.WaitReasonsAsync(cancellation)).GetValueOrDefault(id) : null;
        return new RunSnapshot
        {
            Run = run,
            Spec = spec,
            Tasks = [.. run.Tasks.Where(task => run.BaselineTask is null || task.Name == run.BaselineTask).Select(task => new TaskInfo(task,
                spec.Tasks.FirstOrDefault(known => known.Name == task.Name) ?? new() { Name = task.Name }, TaskInfo.UnitOf(task.PrimaryMetric)))],
            Series = await reader.SeriesAsync(id, cancellation),
            Scores = new(await reader.ScoresAsync(id, cancellation: cancellation)),
            Checkpoints = await reader.CheckpointsAsync(id, cancellation),
            Alarms = await reader.AlarmsAsync(id, cancellation),
            Transitions = await reader.TransitionsAsync(id, cancellation),
            Baselines = baselines,
            Pinned = chosen == Reference.Pinned && pinned is { } other ? await BesideAsync([.. run.Tasks.Select(task => (task.Name, other))], cancellation) : [],
            Standings = await StandingsAsync(id, baselines.Count > 0, chosen, pinned, cancellation),
            Seeds = [.. (await verdicts.OfSeedsAsync([id], cancellation: cancellation))[id]],
            WaitReason = waits,
        }.Indexed();
    }

    private async Task<IReadOnlyDictionary<Reference, Comparison>> StandingsAsync(long id, bool hasBaselines, Reference? chosen, long? pinned, CancellationToken cancellation)
    {
        var found = new Dictionary<Reference, Comparison>();
        if (hasBaselines || chosen == Reference.Baseline) found[Reference.Baseline] = await comparer.CompareAsync([id], ReferenceChoice.Baseline, cancellation);
        if (chosen == Reference.Untuned || chosen is null && !hasBaselines) found[Reference.Untuned] = await comparer.CompareAsync([id], ReferenceChoice.Untuned, cancellation);
        if (chosen == Reference.Pinned && pinned is { } run) found[Reference.Pinned] = await comparer.CompareAsync([id], ReferenceChoice.Pinned(run), cancellation);
        return found;
    }

    private async Task<IReadOnlyList<BaselineView>> BesideAsync(IReadOnlyList<(string Task, long Run)> links, CancellationToken cancellation)
    {
        if (links.Count == 0) return [];
        List<long> ids = [.. links.Select(link => link.Run).Distinct()];
        // A baseline has one task and says which; of a pinned run all are asked for.
        var there = (await reader.ManyAsync(ids, cancellation)).ToDictionary(run => run.Id);
        if (there.Values.Any(run => run.BaselineTask is null)) there = (await reader.ByIdsAsync(ids, cancellation)).ToDictionary(run => run.Id);
        var scores = (await reader.ScoresOfAsync(ids, [.. links.Select(link => link.Task).Distinct()], cancellation)).ToLookup(score => (score.RunId, score.Task));
        return [.. links.Where(link => there.TryGetValue(link.Run, out var run) && (run.BaselineTask == link.Task || run.Tasks.Any(row => row.Name == link.Task))).Select(link => new BaselineView(link.Task, there[link.Run], new(scores[(link.Run, link.Task)])))];
    }
}
