using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Reads what the page shows of one run.</summary>
public sealed class RunLoader(RunStore runs, RunReader reader, RunQueue queue)
{
    /// <summary>The run as it stands, or null where there is none. Its <see cref="Store.Run.IngestSeq"/> is read first: all that came later is told by the live feed.</summary>
    public async Task<RunSnapshot?> LoadAsync(long id, CancellationToken cancellation = default)
    {
        if (await runs.FindOrNullAsync(id, cancellation) is not { } run) return null;
        var spec = run.ReadSpec();
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
            Baselines = await BaselinesAsync(id, cancellation),
            WaitReason = waits,
        }.Indexed();
    }

    private async Task<IReadOnlyList<BaselineView>> BaselinesAsync(long id, CancellationToken cancellation)
    {
        var found = new List<BaselineView>();
        foreach (var link in await reader.BaselinesAsync(id, cancellation))
            if (await runs.FindOrNullAsync(link.BaselineRunId, cancellation) is { } run)
                found.Add(new(link.Task, run, new(await reader.ScoresAsync(run.Id, task: link.Task, cancellation: cancellation))));
        return found;
    }
}
