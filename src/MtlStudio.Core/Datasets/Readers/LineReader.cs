using System.Diagnostics.CodeAnalysis;

namespace MtlStudio.Core.Datasets;

/// <summary>The lines of a text (ended by LF or CR LF), none longer than <see cref="DatasetLimits.LineLength"/>.</summary>
internal sealed class LineReader(ReadContext context) : IDisposable
{
    private readonly StrictText text = context.OpenText();
    private char[] buffer = new char[1 << 14];
    private int start;
    private int end;
    private bool ended;

    /// <summary>1-based number of the line that was read last.</summary>
    public long Line { get; private set; }

    public bool TryRead([NotNullWhen(true)] out string? line)
    {
        var searched = start;
        while (true)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf('\n');
            if (found >= 0 || (ended && end > start))
            {
                var stop = found >= 0 ? searched + found : end;
                Line++;
                line = new string(buffer, start, (stop > start && buffer[stop - 1] == '\r' ? stop - 1 : stop) - start);
                start = Math.Min(stop + 1, end);
                return true;
            }
            if (ended)
            {
                line = null;
                return false;
            }
            if (end - start >= DatasetLimits.LineLength)
                throw context.Faults.Fatal(context.Name, Line + 1, DataFaults.TooLong);
            searched = MakeRoom();
            var read = text.Read(buffer.AsSpan(end));
            ended = read == 0;
            end += read;
        }
    }

    /// <summary>Moves what is left to the front, or grows the buffer; returns where the search for the line's end goes on.</summary>
    private int MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        return end;
    }

    public void Dispose() => text.Dispose();
}
