using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Live;

/// <summary>What the feed hands to its readers.</summary>
public abstract record LiveItem;

/// <summary>Events of one run that the store holds by now, in the order of their sequence numbers.</summary>
public sealed record LiveEvents(long RunId, IReadOnlyList<RunEvent> Events) : LiveItem
{
    public long FirstSeq => Events[0].Seq;
    public long LastSeq => Events[^1].Seq;
}

/// <summary>Something of a run outside its events changed (state, place in the queue, wait reason, name, existence): read it again.</summary>
/// <param name="RunId">The run.</param>
/// <param name="State">Its state now; null where it was deleted.</param>
/// <param name="Cause">The transition's cause, where there was one.</param>
public sealed record LiveChange(long RunId, RunState? State, string? Cause) : LiveItem;

/// <summary>This reader was too slow, and items were left out.</summary>
/// <param name="RunId">The run it follows; null for a reader of all runs, which reads again whatever it shows.</param>
/// <param name="FromSeq">The first sequence number that was left out (0 where only changes were).</param>
public sealed record LiveLag(long? RunId, long FromSeq) : LiveItem;
