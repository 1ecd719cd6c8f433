using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Reads the files of a group as an import would, but no further than <see cref="DetectionLimits"/>.</summary>
internal static partial class GroupReader
{
    public static ReadGroup Read(IReadOnlyList<NamedFile> files, CancellationToken cancellation)
    {
        var options = new ReadOptions();
        var encoding = LegacyEncoding.Of(files, cancellation);
        if (encoding is not null) options = options with { Encoding = encoding.Name };
        var group = new ReadGroup { Files = files, Options = options };
        if (encoding is not null) group.Faults.Add(encoding.Fault);
        var formats = Formats(group);
        foreach (var (file, format) in files.Zip(formats))
            if (format is not null) ReadFile(group, file, format, cancellation);
        return group;
    }

    private static IReadOnlyList<FileFormat?> Formats(ReadGroup group)
    {
        try
        {
            return FormatDetector.DetectAll([.. group.Files.Select(file => (file.File.Path, file.Name))], group.Options);
        }
        catch (InvalidInputException fault)
        {
            group.Faults.AddRange(fault.Errors.Select(ToFault));
            var bad = fault.Errors.Select(error => error.Field).ToHashSet();
            return [.. group.Files.Select(file => bad.Contains(file.Name) ? null : FormatDetector.DetectAll([(file.File.Path, file.Name)], group.Options)[0])];
        }
    }

    private static void ReadFile(ReadGroup group, NamedFile file, FileFormat format, CancellationToken cancellation)
    {
        using var bad = new SkippedRows(most: DetectionLimits.BadRows);
        var faults = new DataFaults(bad);
        var context = new ReadContext(file.File.Path, file.Name, format, faults, cancellation);
        IReadOnlyList<string> columns = [];
        long rows = 0;
        var whole = true;
        try
        {
            var reader = RowReaders.Create(context);
            columns = reader.Columns.Names;
            foreach (var row in reader.Rows())
            {
                Take(group, row);
                columns = row.Columns;
                if (++rows < DetectionLimits.Rows && context.BytesRead < DetectionLimits.Bytes) continue;
                whole = false;
                break;
            }
            faults.ThrowIfAny();
            if (rows > 0 && SkippedRows.FaultOf(bad.Count, rows) is { } mostlyBad) group.Faults.Add(new(FaultSeverity.Error, file.Name, null, mostlyBad));
            else if (rows == 0 && bad.Count == 0) group.Faults.Add(new(FaultSeverity.Error, file.Name, null, format.HasHeader ? "it has a header but no rows: give at least one row" : "it has no rows: give at least one"));
        }
        catch (InvalidInputException fault)
        {
            group.Faults.AddRange(fault.Errors.Select(ToFault));
        }
        group.BadRows += bad.Count;
        group.Faults.AddRange(bad.First.Select(row => new DataFault(FaultSeverity.Error, row.File, row.Line, row.Message) { IsRow = true }));
        // The reader's list of names grows no more; a copy outlives it.
        group.Read.Add(new(file, format, [.. columns], rows, whole));
    }

    private static void Take(ReadGroup group, Row row)
    {
        for (var i = 0; i < row.Columns.Count; i++)
        {
            if (!group.Profiles.TryGetValue(row.Columns[i], out var profile))
            {
                group.Profiles.Add(row.Columns[i], profile = new(row.Columns[i]));
                group.Columns.Add(profile);
                profile.AddAbsent(group.Rows);
            }
            profile.Add(row[i]);
        }
        group.Hold(row);
        foreach (var column in group.Columns)
            if (column.Rows < group.Rows) column.AddAbsent(1);
    }

    private static DataFault ToFault(FieldError error) => Line().Match(error.Message) is { Success: true } match
        ? new(FaultSeverity.Error, error.Field, long.Parse(match.Groups[1].ValueSpan), error.Message[match.Length..])
        : new(FaultSeverity.Error, error.Field, null, error.Message);

    [GeneratedRegex(@"^line (\d+): ")]
    private static partial Regex Line();
}
