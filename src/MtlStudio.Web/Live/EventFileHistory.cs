using System.Runtime.CompilerServices;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Live;

/// <summary>History from <c>events.jsonl</c>, up to the byte offset that the store has committed.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="find">For a run and a sequence number, read afresh at each call: a byte offset where a line starts, at or before the first later event, and the committed one.</param>
public sealed class EventFileHistory(DataFolder folder, Func<long, long, CancellationToken, ValueTask<(long From, long Committed)>> find) : IRunHistory
{
    private const int BatchEvents = 1_000;

    public async IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync(long runId, long afterSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (from, end) = await find(runId, afterSeq, cancellation);
        using var tail = new EventTail(folder.Run(runId).Events, from, afterSeq);
        for (var misses = 0; tail.Offset < end && misses < EventTail.Patience;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tail.Read(BatchEvents, end: end) is not { } batch)
            {
                misses++;
                continue;
            }
            misses = 0;
            if (batch.Events.Count > 0) yield return batch.Events;
            await Task.Yield();
        }
    }
}
