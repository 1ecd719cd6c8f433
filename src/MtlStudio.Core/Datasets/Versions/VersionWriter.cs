using System.Security.Cryptography;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Reads files and writes a version's folder.</summary>
internal sealed class VersionWriter : IDisposable
{
    private const string Pool = "pool";
    private const int RowsBetweenProgress = 2_000;

    private readonly string folder;
    private readonly ImportOptions options;
    private readonly IProgress<ImportProgress>? progress;
    private readonly CancellationToken cancellation;
    private readonly SkippedRows? skipped;
    private readonly DataFaults faults;
    private readonly ColumnSet columns = new();
    private readonly HashSet<string> renamed = [];
    private readonly Dictionary<string, SplitWriter> writers = new(StringComparer.Ordinal);
    private readonly Strata strata;
    private readonly List<SourceFile> sources = [];
    private (string Name, IReadOnlyList<string> Columns)? fixedColumns;
    private long rowsRead;
    private long bytesRead;
    private long totalBytes;

    private VersionWriter(string folder, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        (this.folder, this.options, this.progress, this.cancellation) = (folder, options, progress, cancellation);
        skipped = options.SkipBadRows ? new SkippedRows(Path.Combine(folder, DatasetManifest.SkippedFileName)) : null;
        faults = new DataFaults(skipped);
        strata = new Strata(options.Split.StratifyBy);
        foreach (var split in SplitNames.All) writers.Add(split, new SplitWriter(PathOf(split), split));
    }

    /// <summary>Fills <paramref name="folder"/>, which must be empty, and makes its files durable.</summary>
    public static DatasetManifest Write(
        string folder, IReadOnlyList<ImportFile> files, ImportOptions options, TimeProvider clock,
        IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        ImportChecks.Check(files, options);
        var formats = FormatDetector.DetectAll([.. files.Select(file => (file.Path, file.DisplayName))], options.Read);
        using var writer = new VersionWriter(folder, options, progress, cancellation);
        writer.totalBytes = files.Sum(file => new FileInfo(file.Path).Length);
        // Training first, whatever order the files were named in, so that columns have one order.
        foreach (var (file, format) in files.Zip(formats).OrderBy(pair => Order(pair.First.Split))) writer.Import(file, format);
        writer.CheckRename();
        writer.faults.ThrowIfAny();
        if (files.Any(file => file.Split is null)) writer.Divide();
        return writer.Finish(files, clock);
    }

    /// <summary>Training, rows to divide, validation, test.</summary>
    private static int Order(string? split) => split switch { SplitNames.Train => 0, null => 1, SplitNames.Validation => 2, _ => 3 };

    private void Import(ImportFile file, FileFormat format)
    {
        var context = new ReadContext(file.Path, file.DisplayName, format, faults, cancellation);
        var reader = RowReaders.Create(context);
        if (reader.HasFixedColumns) CheckSameColumns(file.DisplayName, reader.Columns);
        var places = new ColumnPlaces(columns, options.Rename, renamed, context);
        var writer = Writer(file.Split ?? Pool);
        var rows = 0;
        var skippedBefore = skipped?.Count ?? 0;
        foreach (var row in reader.Rows())
        {
            var cells = places.Arrange(row);
            if (file.Split is null) strata.Add(columns, cells, context, rows + 1);
            if (writer.Rows >= DatasetLimits.Rows) throw faults.Fatal(file.DisplayName, null, $"it makes more than {DatasetLimits.Rows:N0} rows, the most a split may have: split it into several datasets");
            writer.Write(columns.Names, cells);
            rows++;
            if (++rowsRead % RowsBetweenProgress == 0) Report(context);
        }
        var bad = (skipped?.Count ?? 0) - skippedBefore;
        if (SkippedRows.FaultOf(bad, rows) is { } mostlyBad) faults.Add(file.DisplayName, null, mostlyBad);
        else if (rows == 0 && !faults.Any) faults.Add(file.DisplayName, null, format.HasHeader ? "it has a header but no rows: give at least one row" : "it has no rows: give at least one");
        Report(context);
        bytesRead += new FileInfo(file.Path).Length;
        using var stream = File.OpenRead(file.Path);
        sources.Add(new SourceFile
        {
            Name = file.DisplayName,
            Split = file.Split,
            Rows = rows,
            Skipped = bad,
            Bytes = stream.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)),
            Format = format,
        });
    }

    private void Report(ReadContext context) => progress?.Report(new ImportProgress(context.Name, rowsRead, Math.Min(totalBytes, bytesRead + context.BytesRead), totalBytes));

    private void CheckSameColumns(string name, ColumnSet found)
    {
        fixedColumns ??= (name, found.Names);
        var (first, wanted) = fixedColumns.Value;
        if (!wanted.ToHashSet().SetEquals(found.Names))
            throw faults.Fatal(name, null, $"it has the columns {string.Join(", ", found.Names)}, but {first} has {string.Join(", ", wanted)}: give files with the same columns, or column names for all");
    }

    private void CheckRename()
    {
        foreach (var from in options.Rename.Keys)
            if (!renamed.Contains(from)) faults.Add("rename", null, $"there is no column \"{from}\"; there are {string.Join(", ", columns.Names)}: name one of them");
    }

    private SplitWriter Writer(string split)
    {
        if (!writers.TryGetValue(split, out var writer)) writers.Add(split, writer = new SplitWriter(PathOf(split), split));
        return writer;
    }

    /// <summary>Deals the pool's rows out to the splits, in their order.</summary>
    private void Divide()
    {
        writers.Remove(Pool, out var pool);
        pool!.Finish();
        pool.Dispose();
        var splits = SplitPlan.Assign(strata.OfRows, options.Split);
        using (var lines = new JsonlFile(PathOf(Pool)))
        {
            var row = 0;
            foreach (var line in lines.Lines())
            {
                if (row % RowsBetweenProgress == 0) cancellation.ThrowIfCancellationRequested();
                writers[SplitNames.All[splits[row++]]].Write(line.Span);
            }
        }
        File.Delete(PathOf(Pool));
    }

    private DatasetManifest Finish(IReadOnlyList<ImportFile> files, TimeProvider clock)
    {
        var splits = SplitNames.All.ToDictionary(split => split, split => writers[split].Finish());
        if (splits[SplitNames.Train].Rows == 0)
            throw new InvalidInputException("split", $"no row is left for training (validation {options.Split.Validation}, test {options.Split.Test}): make these shares smaller, or give more rows");
        var manifest = new DatasetManifest
        {
            Name = options.Name.Length > 0 ? options.Name : Path.GetFileNameWithoutExtension(files[0].DisplayName),
            Hash = VersionHash.Of(columns.Names, splits),
            Columns = columns.Names,
            Splits = splits,
            Sources = sources,
            SplitRule = files.Any(file => file.Split is null) ? options.Split : null,
            CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        skipped?.Finish();
        manifest.WriteTo(folder);
        return manifest;
    }

    private string PathOf(string split) => Path.Combine(folder, $"{split}.jsonl");

    public void Dispose()
    {
        foreach (var writer in writers.Values) writer.Dispose();
        skipped?.Dispose();
    }
}
