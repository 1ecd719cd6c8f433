using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Live;

/// <summary>The events of a run that the store holds by now.</summary>
public interface IRunHistory
{
    /// <summary>Batches of events with a sequence number above <paramref name="afterSeq"/>, in order, up to the last that was committed when the call was made or later.</summary>
    IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync(long runId, long afterSeq, CancellationToken cancellation);
}
