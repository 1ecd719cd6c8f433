using System.Text.Json;

namespace MtlStudio.Core.Datasets;

/// <summary>The format of one file by its name and its beginning.</summary>
internal static class FormatGuess
{
    public static FileFormat? Decide(FormatDetector.FileHead head, ReadOptions options, DataFaults faults)
    {
        var (format, reason) = options.Format is { } given ? (given, $"{Word(given)}, as given") : Guess(head);
        if (format is null)
        {
            faults.Add(head.Name, null, reason);
            return null;
        }
        var found = new FileFormat { Format = format.Value, Encoding = head.Encoding };
        return found with { Reasons = format == DataFormat.Parquet ? [reason] : [reason, head.EncodingReason] };
    }

    public static string Word(DataFormat format) => format switch
    {
        DataFormat.Jsonl => "JSON Lines",
        DataFormat.Json => "JSON array",
        DataFormat.Text => "plain text",
        DataFormat.Parquet => "Parquet",
        _ => format.ToString().ToUpperInvariant(),
    };

    private static (DataFormat? Format, string Reason) Guess(FormatDetector.FileHead head)
    {
        if (head.Magic.AsSpan().SequenceEqual("PAR1"u8)) return (DataFormat.Parquet, "Parquet: it starts with PAR1");
        if (head.Magic is [0x1F, 0x8B, ..]) return (null, "it is packed (gzip): unpack it first");
        if (head.Magic is [0x50, 0x4B, 3, 4]) return (null, "it is a ZIP archive (or an Office document): unpack it, or save it as CSV");
        if (head.Magic is [0x28, 0xB5, 0x2F, 0xFD]) return (null, "it is packed (Zstandard): unpack it first");
        var extension = Path.GetExtension(head.Name).ToLowerInvariant();
        return extension switch
        {
            ".jsonl" or ".ndjson" => (DataFormat.Jsonl, $"JSON Lines: its name ends with {extension}"),
            ".csv" => (DataFormat.Csv, "CSV: its name ends with .csv"),
            ".tsv" or ".tab" => (DataFormat.Tsv, $"TSV: its name ends with {extension}"),
            ".parquet" => (null, "its name ends with .parquet, but it does not start with PAR1: it is no Parquet file, or is damaged"),
            ".conll" or ".conllu" => (null, "CoNLL files are not read: write a JSON object with tokens and tags a line"),
            _ => Content(head, extension == ".json"),
        };
    }

    private static (DataFormat? Format, string Reason) Content(FormatDetector.FileHead head, bool namedJson)
    {
        var text = head.Text.AsSpan().TrimStart();
        if (text is ['[', ..] && (namedJson || text[1..].TrimStart() is ['{', ..])) return (DataFormat.Json, "JSON array: it starts with [");
        if (text is ['{', ..])
        {
            var stop = text.IndexOf('\n');
            var oneLine = stop < 0 || text[stop..].Trim().IsEmpty;
            if (IsObject((stop < 0 ? text : text[..stop]).ToString()) && !(namedJson && oneLine)) return (DataFormat.Jsonl, "JSON Lines: its first line is a whole JSON object");
            if (namedJson) return (null, "it is one JSON object, but rows are needed: write them as a JSON array of objects, or as one object a line (in a file that ends with .jsonl)");
        }
        if (namedJson) return (null, "its name ends with .json, but it starts with neither [ nor {: it must be a JSON array of objects");
        var lines = head.Text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).ToList();
        var tabs = lines.Count > 0 ? lines[0].Count(c => c == '\t') : 0;
        return tabs > 0 && lines.All(line => line.Count(c => c == '\t') == tabs)
            ? (DataFormat.Tsv, $"TSV: every line looked at has {tabs} {(tabs == 1 ? "tab" : "tabs")}")
            : (DataFormat.Text, "plain text: it is neither JSON nor lines with equally many tabs");
    }

    private static bool IsObject(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
