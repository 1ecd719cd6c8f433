using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>Changes a run's state in the store and tells whoever watches.</summary>
public sealed class RunMoves(RunStore store, LiveFeed feed)
{
    /// <inheritdoc cref="RunStore.TransitionAsync"/>
    public async Task<Run> MoveAsync(long id, RunState to, string cause, Action<Run>? also = null, RunState? from = null, CancellationToken cancellation = default)
    {
        var run = await store.TransitionAsync(id, to, cause, also, from, cancellation);
        Announce(run);
        return run;
    }

    /// <summary>Tells that something of the run changed.</summary>
    public void Announce(Run run) => feed.Publish(new LiveChange(run.Id, run.State, run.StateReason));

    /// <summary>Tells that the run is gone.</summary>
    public void AnnounceDeleted(long id) => feed.Publish(new LiveChange(id, null, null));
}
