using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>Consecutive events of one run's file.</summary>
/// <param name="Events">In the file's order; sequence numbers rise.</param>
/// <param name="FromOffset">Byte offset of the first line.</param>
/// <param name="ToOffset">Byte offset after the last line's newline: where the next batch starts.</param>
/// <param name="Unreadable">Byte offsets of complete lines that are no events; they are passed over.</param>
public sealed record EventBatch(IReadOnlyList<RunEvent> Events, long FromOffset, long ToOffset, IReadOnlyList<long> Unreadable);
