using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>A JSON array of objects, read element by element: only one of them is held at a time.</summary>
internal sealed class JsonArrayReader(ReadContext context) : IRowReader
{
    private readonly Encoder encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] chars = new char[1 << 15];
    private byte[] buffer = new byte[1 << 17];
    private int start;
    private int end;
    private bool ended;
    private long line = 1;

    public ColumnSet Columns { get; } = new();
    public bool HasFixedColumns => false;

    public IEnumerable<Row> Rows()
    {
        var parser = new JsonRowParser(Columns);
        using var text = context.OpenText();
        if (Next(text) != '[') throw Broken("it must be a JSON array of objects: [{…}, {…}]");
        Skip(1);
        if (Next(text) == ']') yield break;
        while (true)
        {
            Next(text);
            var at = line;
            using (var element = Element(text))
                if (parser.Parse(element.RootElement, out var fault) is { } row) yield return row;
                else context.Faults.AddRow(context.Name, at, fault!);
            var after = Next(text);
            Skip(1);
            if (after == ']') break;
            if (after != ',') throw Broken("a comma or the closing ] is missing after a row");
        }
        if (Next(text) >= 0) throw Broken("text follows the closing ]: a file must hold one array");
    }

    /// <summary>The element that starts here; reads on until it is whole.</summary>
    private JsonDocument Element(StrictText text)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinalBlock: ended, default);
            try
            {
                if (JsonDocument.TryParseValue(ref reader, out var document))
                {
                    Skip((int)reader.BytesConsumed);
                    return document;
                }
            }
            catch (JsonException error)
            {
                line += error.LineNumber ?? 0;
                throw Broken(JsonRowParser.IsTooDeep(error) ? DataFaults.TooDeep : ended ? "the file ends inside a row, or the JSON there is not valid" : "the JSON here is not valid");
            }
            if (end - start >= DatasetLimits.LineLength) throw Broken(DataFaults.TooLong);
            Fill(text);
        }
    }

    /// <summary>The next byte that is no white space, without taking it; −1 at the end.</summary>
    private int Next(StrictText text)
    {
        while (true)
        {
            while (start < end)
            {
                if (buffer[start] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) return buffer[start];
                Skip(1);
            }
            if (ended) return -1;
            Fill(text);
        }
    }

    private void Skip(int count)
    {
        line += buffer.AsSpan(start, Math.Min(count, end - start)).Count((byte)'\n');
        start = Math.Min(start + count, end);
    }

    private void Fill(StrictText text)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (buffer.Length - end < Encoding.UTF8.GetMaxByteCount(chars.Length)) Array.Resize(ref buffer, buffer.Length * 2);
        var read = text.Read(chars, 0, chars.Length);
        ended = read == 0;
        end += encoder.GetBytes(chars.AsSpan(0, read), buffer.AsSpan(end), flush: ended);
    }

    private InvalidInputException Broken(string what) => context.Faults.Fatal(context.Name, line, what);
}
