using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>An immutable dataset: columns, and the rows of three splits in their order. Many threads may read at once.</summary>
public sealed class DatasetVersion : IDisposable
{
    private readonly Dictionary<string, JsonlFile> files = new(StringComparer.Ordinal);
    private readonly ColumnSet columns;
    private readonly string? scratch;

    private DatasetVersion(string folder, DatasetManifest manifest, string? scratch)
    {
        (Folder, Manifest, this.scratch) = (folder, manifest, scratch);
        columns = new ColumnSet(manifest.Columns);
        foreach (var split in SplitNames.All)
            files.Add(split, new JsonlFile(Path.Combine(folder, manifest.Splits[split].File)));
    }

    public string Folder { get; }
    public DatasetManifest Manifest { get; }
    public IReadOnlyList<string> Columns => Manifest.Columns;

    /// <summary>Opens a version's folder.</summary>
    /// <exception cref="InvalidInputException">It is no dataset version, or a newer or damaged one.</exception>
    public static DatasetVersion Open(string folder) => Open(folder, null);

    /// <summary>
    /// Opens files that a spec names instead of a dataset. They are read like an import, into a temporary folder that is
    /// gone when the version is closed; <see cref="Manifest"/> has the hash that an import of them would give.
    /// </summary>
    /// <exception cref="InvalidInputException">As of an import.</exception>
    public static DatasetVersion OpenFiles(string train, string? validation = null, string? test = null, CancellationToken cancellation = default) =>
        OpenFiles(new[] { (train, SplitNames.Train), (validation, SplitNames.Validation), (test, SplitNames.Test) }
            .Where(file => file.Item1 is not null).Select(file => new ImportFile(file.Item1!, file.Item2)).ToList(), cancellation);

    /// <inheritdoc cref="OpenFiles(string, string?, string?, CancellationToken)"/>
    internal static DatasetVersion OpenFiles(IReadOnlyList<ImportFile> files, CancellationToken cancellation)
    {
        var scratch = Directory.CreateTempSubdirectory("mtl-data-").FullName;
        try
        {
            VersionWriter.Write(scratch, files, new ImportOptions(), TimeProvider.System, null, cancellation);
            var version = Open(scratch, scratch);
            // Open files outlive their names on Unix: so nothing is left behind, however the process ends.
            if (!OperatingSystem.IsWindows()) Directory.Delete(scratch, recursive: true);
            return version;
        }
        catch
        {
            if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
            throw;
        }
    }

    /// <summary>The manifest of a version's folder, without opening its rows.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Open(string)"/>.</exception>
    public static DatasetManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, DatasetManifest.FileName);
        if (!File.Exists(path))
            throw new InvalidInputException(folder, $"it is no dataset version: there is no {DatasetManifest.FileName} in it; import files first, or name files");
        DatasetManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<DatasetManifest>(File.ReadAllText(path), WireJson.Indented);
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(path, $"it is damaged ({fault.Message}): import the dataset again");
        }
        if (manifest is null || SplitNames.All.Any(split => !manifest.Splits.ContainsKey(split)))
            throw new InvalidInputException(path, "it is damaged (splits are missing): import the dataset again");
        return manifest.Version <= DatasetManifest.CurrentVersion ? manifest
            : throw new InvalidInputException(path, $"it is of version {manifest.Version}, and this program reads up to {DatasetManifest.CurrentVersion}: update the program");
    }

    /// <summary>The versions in a data folder, in no certain order; damaged ones are left out.</summary>
    public static IReadOnlyList<DatasetManifest> All(DataFolder data)
    {
        var found = new List<DatasetManifest>();
        if (!Directory.Exists(data.Datasets)) return found;
        foreach (var folder in Directory.EnumerateDirectories(data.Datasets).Where(folder => !Path.GetFileName(folder).StartsWith('.')))
        {
            try
            {
                found.Add(ReadManifest(folder));
            }
            catch (InvalidInputException)
            {
                // Opening it tells what is wrong; a list must not fail for one of its items.
            }
        }
        return found;
    }

    public int Count(string split) => Manifest.Splits[split].Rows;

    /// <summary>The rows of a split, one after another.</summary>
    /// <param name="split">One of <see cref="SplitNames"/>.</param>
    public IEnumerable<Row> Read(string split)
    {
        var parser = new JsonRowParser(columns);
        var index = 0;
        foreach (var line in files[split].Lines()) yield return Parse(parser, line, split, index++);
    }

    /// <summary>Row <paramref name="index"/> of a split, 0-based.</summary>
    public Row Get(string split, int index) => Parse(new JsonRowParser(columns), files[split].Line(index), split, index);

    /// <summary>Writes the version's files into an empty folder.</summary>
    /// <exception cref="InvalidInputException">A file is not the one that the manifest speaks of.</exception>
    internal DatasetManifest CopyTo(string folder, string name, CancellationToken cancellation)
    {
        foreach (var split in SplitNames.All)
        {
            using var writer = new SplitWriter(Path.Combine(folder, $"{split}.jsonl"), split);
            foreach (var line in files[split].Lines())
            {
                if (writer.Rows % 1_000 == 0) cancellation.ThrowIfCancellationRequested();
                writer.Write(line.Span);
            }
            if (writer.Finish() is var written && written.Sha256 != Manifest.Splits[split].Sha256)
                throw new InvalidInputException(Path.Combine(Folder, written.File), "it is damaged (its content is not what the manifest says): import the dataset again");
        }
        var manifest = Manifest with { Name = name };
        manifest.WriteTo(folder);
        return manifest;
    }

    private static DatasetVersion Open(string folder, string? scratch)
    {
        var manifest = ReadManifest(folder);
        try
        {
            return new DatasetVersion(folder, manifest, scratch);
        }
        catch (FileNotFoundException fault)
        {
            throw new InvalidInputException(folder, $"it is damaged ({Path.GetFileName(fault.FileName)} is missing): import the dataset again");
        }
    }

    private Row Parse(JsonRowParser parser, ReadOnlyMemory<byte> line, string split, int index)
    {
        string? fault;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (parser.Parse(document.RootElement, out fault) is { } row) return row;
        }
        catch (JsonException error)
        {
            fault = error.Message;
        }
        throw new InvalidInputException(Path.Combine(Folder, Manifest.Splits[split].File), $"line {index + 1}: it is damaged ({fault}): import the dataset again");
    }

    public void Dispose()
    {
        foreach (var file in files.Values) file.Dispose();
        if (scratch is not null && Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
    }
}
