using System.Collections.Concurrent;

namespace MtlStudio.Web.Supervision;

/// <summary>The runs that this process watches now.</summary>
public sealed class ActiveRuns(TimeProvider clock)
{
    private readonly ConcurrentDictionary<long, ActiveRun> runs = new();

    public IReadOnlyCollection<ActiveRun> All => [.. runs.Values];

    /// <summary>The run if it is watched, else null.</summary>
    public ActiveRun? Find(long runId) => runs.GetValueOrDefault(runId);

    internal ActiveRun Enter(long runId)
    {
        var run = new ActiveRun(runId, clock, one => runs.TryRemove(new KeyValuePair<long, ActiveRun>(one.RunId, one)));
        return runs.TryAdd(runId, run) ? run : throw new InvalidOperationException($"Run {runId} has a supervisor already");
    }

    /// <summary>Lets the run's supervisor see at once that its state was changed.</summary>
    internal void Wake(long runId) => Find(runId)?.Wake();
}
