using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>A row that could not be read and was left out.</summary>
/// <param name="File">As the user calls it.</param>
/// <param name="Line">1-based; of a JSON array, where the row begins.</param>
/// <param name="Message">What is wrong with it, and the cure.</param>
public sealed record SkippedRow(string File, long Line, string Message);

/// <summary>Counts and lists the rows that are left out because they cannot be read.</summary>
/// <param name="path">Where each is written as a line of JSON, up to <see cref="MostWritten"/>; the file appears with the first. Null: nowhere.</param>
/// <param name="most">More than so many end the reading; null: no end.</param>
internal sealed class SkippedRows(string? path = null, int? most = null) : IDisposable
{
    /// <summary>Rows that are held, to be shown.</summary>
    public const int MostHeld = 20;
    /// <summary>Rows that are written down; all are counted.</summary>
    public const int MostWritten = 100_000;

    private readonly List<SkippedRow> first = [];
    private FileStream? stream;

    public int Count { get; private set; }
    public IReadOnlyList<SkippedRow> First => first;

    /// <exception cref="InvalidInputException">There are more than may be.</exception>
    public void Add(SkippedRow row)
    {
        Count++;
        if (first.Count < MostHeld) first.Add(row);
        if (Count > most) throw new InvalidInputException(row.File, $"more than {most:N0} of its rows cannot be read: see how it is written, or how it is read (format, delimiter, quoting)");
        if (path is null || Count > MostWritten) return;
        stream ??= new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(row, WireJson.Compact) + "\n"));
    }

    /// <summary>Rows of a file that is mostly bad are no bad rows: the file is read in a wrong way. Null: it is fine.</summary>
    /// <param name="bad">Rows of it that could not be read.</param>
    /// <param name="good">Rows of it that could.</param>
    public static string? FaultOf(long bad, long good) => bad > good
        ? $"{bad:N0} of its {good + bad:N0} rows cannot be read, too many to leave them out: see how it is written, or how it is read (format, delimiter, quoting)" : null;

    /// <summary>Makes what was written durable.</summary>
    public void Finish() => stream?.Flush(flushToDisk: true);

    public void Dispose() => stream?.Dispose();
}
