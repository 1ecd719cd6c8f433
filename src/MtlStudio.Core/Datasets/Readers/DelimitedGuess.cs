using CsvHelper;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Delimiter, quoting and header of delimited files that belong together.</summary>
internal static class DelimitedGuess
{
    private const string Candidates = ",;\t|";
    /// <summary>Records of each file that the header is judged by.</summary>
    private const int Rows = 500;
    /// <summary>Records of each file that its quoting is judged by.</summary>
    private const int QuotingRows = 1_000_000;

    public static FileFormat[] Decide(IReadOnlyList<(FormatDetector.FileHead Head, FileFormat Format)> files, ReadOptions options)
    {
        var kind = files[0].Format.Format;
        var (delimiter, delimiterReason) = options.Delimiter is { } given ? (given, $"delimiter {Word(given)}, as given")
            : kind == DataFormat.Tsv && !(options.Format is null && HasNoTab(files[0].Head)) ? ('\t', "delimiter tab: the format says so")
            : Delimiter(files[0].Head);
        var (quoting, quotingReason) = options.Quoting is { } said ? (said, $"quoting {said.ToString().ToLowerInvariant()}, as given")
            : kind == DataFormat.Csv || delimiter != '\t' ? (Quoting.Rfc4180, "quotes enclose fields: the format says so")
            : TabQuoting(files);
        var samples = files.Select(file => Sample(file.Head, delimiter, quoting).Take(Rows).Select(record => record.Fields).ToList()).ToList();
        var (header, headerReason) = options.HasHeader is { } has ? (has, has ? "a header, as given" : "no header, as given")
            : HeaderGuess.Decide(samples, kind == DataFormat.Csv);
        return [.. files.Select(file => file.Format with
        {
            Delimiter = delimiter,
            Quoting = quoting,
            HasHeader = header,
            Reasons = [.. file.Format.Reasons, delimiterReason, quotingReason, headerReason],
        })];
    }

    /// <summary>A file that is called .tsv, and is delimited by something else.</summary>
    private static bool HasNoTab(FormatDetector.FileHead head) => !head.Text.Contains('\t') && Delimiter(head).Item1 is not ('\t' or ' ')
        && Sample(head, Delimiter(head).Item1, Quoting.Rfc4180).Take(Rows).All(record => record.Fields.Length > 1);

    /// <summary>The candidate that gives the most records the same number of fields, more than one.</summary>
    private static (char, string) Delimiter(FormatDetector.FileHead head)
    {
        var best = Candidates.Select(candidate =>
        {
            var counts = Sample(head, candidate, Quoting.Rfc4180).Take(Rows).Select(record => record.Fields.Length).ToList();
            var usual = counts.GroupBy(count => count).MaxBy(group => group.Count());
            return (Candidate: candidate, Fields: usual?.Key ?? 0, Share: usual is null ? 0 : (double)usual.Count() / counts.Count);
        }).Where(found => found.Fields > 1).OrderByDescending(found => found.Share).ThenByDescending(found => found.Fields).FirstOrDefault();
        return best.Fields > 1
            ? (best.Candidate, $"delimiter {Word(best.Candidate)}: it gives {best.Share:P0} of the rows looked at {best.Fields} fields")
            : (',', "delimiter comma: no other gives more than one field");
    }

    /// <summary>In TSV quotes are ordinary, unless in all files every quote obeys RFC 4180 and some could not do without
    /// (doubled quotes, tabs or line breaks within), or most fields are enclosed.</summary>
    private static (Quoting, string) TabQuoting(IReadOnlyList<(FormatDetector.FileHead Head, FileFormat Format)> files)
    {
        var use = default(DelimitedRecords.QuoteUse);
        var fields = 0L;
        foreach (var (head, format) in files)
        {
            try
            {
                using var text = new ReadContext(head.Path, head.Name, format, new DataFaults()).OpenText();
                foreach (var record in DelimitedRecords.Read(text, '\t', Quoting.Rfc4180).Take(QuotingRows))
                {
                    use += record.Quotes;
                    fields += record.Fields.Length;
                    if (use.Broken + use.Stray > 0) return (Quoting.None, $"quotes are ordinary characters: in line {record.Line} of {head.Name} one does not enclose a field");
                }
            }
            catch (CsvFormatException)
            {
                return (Quoting.None, $"quotes are ordinary characters: one in {head.Name} is never closed");
            }
            catch (InvalidInputException)
            {
                break; // Undecodable text: the import tells it.
            }
        }
        if (use.Quoted == 0) return (Quoting.None, "quotes are ordinary characters: there are none around a field");
        return use.Needed > 0 || use.Quoted * 2L > fields
            ? (Quoting.Rfc4180, $"quotes enclose fields: all {use.Quoted:N0} quoted fields obey RFC 4180")
            : (Quoting.None, "quotes are ordinary characters: the few that there are do not show that they enclose fields");
    }

    private static IEnumerable<DelimitedRecords.Record> Sample(FormatDetector.FileHead head, char delimiter, Quoting quoting)
    {
        using var text = new StringReader(head.Text);
        DelimitedRecords.Record? held = null;
        // The last record of a part may be torn inside quotes.
        foreach (var record in DelimitedRecords.Read(text, delimiter, quoting))
        {
            if (held is not null) yield return held;
            held = record;
        }
        if (held is not null && head.IsWhole) yield return held;
    }

    private static string Word(char delimiter) => delimiter switch
    {
        '\t' => "tab",
        ',' => "comma",
        ';' => "semicolon",
        '|' => "bar",
        _ => $"\"{delimiter}\"",
    };
}
