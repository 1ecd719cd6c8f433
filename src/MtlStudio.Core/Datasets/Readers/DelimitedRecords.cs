using System.Text;
using CsvHelper;

namespace MtlStudio.Core.Datasets;

/// <summary>The records of delimited text with their line numbers, as its readers and its detection see them.</summary>
internal static class DelimitedRecords
{
    /// <summary>How quotes are used in a record: fields in well-formed quotes, and how many of these could not do without;
    /// fields that start with a quote and break RFC 4180; fields with a quote elsewhere.</summary>
    public readonly record struct QuoteUse(int Quoted, int Needed, int Broken, int Stray)
    {
        public static QuoteUse operator +(QuoteUse a, QuoteUse b) =>
            new(a.Quoted + b.Quoted, a.Needed + b.Needed, a.Broken + b.Broken, a.Stray + b.Stray);
    }

    /// <param name="Line">1-based, where the record starts.</param>
    /// <param name="Fields">Without their quotes.</param>
    /// <param name="Quotes">Nothing where quotes are ordinary.</param>
    /// <param name="Length">Bytes of UTF-8.</param>
    public sealed record Record(long Line, string[] Fields, QuoteUse Quotes, int Length);

    /// <exception cref="CsvFormatException">A record is much longer than <see cref="DatasetLimits.LineLength"/>.</exception>
    public static IEnumerable<Record> Read(TextReader text, char delimiter, Quoting quoting)
    {
        var options = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            DetectSeparatorHint = false,
            Mode = quoting == Quoting.None ? CsvMode.NoEscape : CsvMode.Rfc4180,
            MaxRecordSize = DatasetLimits.LineLength,
            TrackLineNumbers = true,
        };
        using var reader = CsvReader.Create(text, options, leaveOpen: true);
        while (reader.Read())
        {
            var fields = new string[reader.FieldCount];
            var quotes = default(QuoteUse);
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = reader.GetString(i);
                if (quoting == Quoting.Rfc4180) quotes += QuotesOf(reader.GetRawSpan(i));
            }
            yield return new Record(reader.LineNumber, fields, quotes, reader.RawRecord.Length);
        }
    }

    private static QuoteUse QuotesOf(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'"')) return default;
        if (raw[0] != '"') return new QuoteUse(0, 0, 0, 1);
        var inner = raw.Length >= 2 && raw[^1] == '"' ? raw[1..^1] : raw[1..];
        var doubled = false;
        for (var i = 0; i < inner.Length; i++)
            if (inner[i] == '"')
            {
                if (++i == inner.Length || inner[i] != '"') return new QuoteUse(0, 0, 1, 0);
                doubled = true;
            }
        if (inner.Length != raw.Length - 2) return new QuoteUse(0, 0, 1, 0);
        return new QuoteUse(1, doubled || inner.ContainsAny((byte)'\n', (byte)'\t') ? 1 : 0, 0, 0);
    }
}
