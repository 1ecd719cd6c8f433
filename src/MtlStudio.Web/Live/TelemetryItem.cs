using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Live;

/// <summary>What <see cref="TelemetryHub"/> sends. Additive only; readers skip kinds and fields that they do not know.</summary>
public sealed record TelemetryItem
{
    /// <summary>"events", "change", "lag" or "begun".</summary>
    public required string Kind { get; init; }
    public long? RunId { get; init; }
    /// <summary>Of kind "events": as in events.jsonl, their sequence numbers rising.</summary>
    public IReadOnlyList<RunEvent>? Events { get; init; }
    /// <summary>Of kind "change": the run's state now; null where it was deleted.</summary>
    public RunState? State { get; init; }
    /// <summary>Of kind "change": why, where there is a reason.</summary>
    public string? Cause { get; init; }

    internal static TelemetryItem Of(LiveItem item) => item switch
    {
        LiveEvents live => new() { Kind = "events", RunId = live.RunId, Events = live.Events },
        LiveChange change => new() { Kind = "change", RunId = change.RunId, State = change.State, Cause = change.Cause },
        LiveLag lag => new() { Kind = "lag", RunId = lag.RunId },
        _ => throw new ArgumentException($"{item.GetType().Name} has no form on the wire", nameof(item)),
    };
}
