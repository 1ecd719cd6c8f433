using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using MtlStudio.Store;
using MtlStudio.Web.Api;

namespace MtlStudio.Web.Live;

/// <summary>
/// The live feed for other programs, at <c>/hubs/telemetry</c> (docs/guide/telemetry.md). The studio's own pages read the feed inside
/// the process and never come here. A stream is sent as fast as its reader takes it; one that falls behind is served from the run's file.
/// </summary>
public sealed class TelemetryHub(RunFollower follower, LiveFeed feed, RunStore store) : Hub
{
    public const string Path = "/hubs/telemetry";

    /// <summary>A run's events above <paramref name="after"/> (-1: all), then new ones and changes of state as they come: no gap, no duplicate.</summary>
    [Authorize(Policy = StudioPolicies.Read)]
    public async IAsyncEnumerable<TelemetryItem> Follow(long runId, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await store.FindOrNullAsync(runId, cancellation) is not { } run) throw new HubException($"There is no run {runId}");
        if (after > run.IngestSeq) throw new HubException($"Run {runId} has no event {after}: its last is {run.IngestSeq}");
        yield return new() { Kind = "change", RunId = run.Id, State = run.State, Cause = run.StateReason };
        await foreach (var item in follower.FollowAsync(runId, after, cancellation)) yield return TelemetryItem.Of(item);
    }

    /// <summary>Changes of all runs (state, place in the queue, name, existence). The first item, "begun", says that none is missed from there on: read lists then. After a "lag" read them again.</summary>
    [Authorize(Policy = StudioPolicies.Read)]
    public async IAsyncEnumerable<TelemetryItem> FollowChanges([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = feed.SubscribeAll();
        yield return new() { Kind = "begun" };
        await foreach (var item in subscription.ReadAllAsync(cancellation))
            if (item is not LiveEvents) yield return TelemetryItem.Of(item);
    }
}
