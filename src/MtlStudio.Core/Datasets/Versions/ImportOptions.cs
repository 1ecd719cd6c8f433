namespace MtlStudio.Core.Datasets;

/// <summary>A file to import.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Split">One of <see cref="SplitNames"/>, or null: its rows are divided by <see cref="ImportOptions.Split"/>.</param>
/// <param name="Name">What the user calls it; null: the file name of <paramref name="Path"/>.</param>
public sealed record ImportFile(string Path, string? Split = null, string? Name = null)
{
    public string DisplayName => Name ?? System.IO.Path.GetFileName(Path);

    /// <summary>Files whose names speak of splits, one of them of training, are taken as these splits; else all are divided.</summary>
    public static IReadOnlyList<ImportFile> FromNames(IEnumerable<string> paths)
    {
        var files = paths.Select(path => new ImportFile(path, SplitNames.Guess(path))).ToList();
        return files.Any(file => file.Split == SplitNames.Train) && files.All(file => file.Split is not null)
            ? files
            : [.. files.Select(file => file with { Split = null })];
    }
}

public sealed record ImportOptions
{
    /// <summary>The dataset's name; empty: the first file's, without its ending.</summary>
    public string Name { get; init; } = "";
    public ReadOptions Read { get; init; } = new();
    /// <summary>New names of columns, by old names.</summary>
    public IReadOnlyDictionary<string, string> Rename { get; init; } = new Dictionary<string, string>();
    /// <summary>For files without a given split.</summary>
    public SplitRule Split { get; init; } = new();
    /// <summary>
    /// Rows that cannot be read are left out, counted and listed in the version's <see cref="DatasetManifest.SkippedFileName"/>; where false, each
    /// is a fault and nothing is imported. A file of which most rows cannot be read is refused all the same.
    /// </summary>
    public bool SkipBadRows { get; init; }
}

/// <summary>What an import made, or found there already.</summary>
/// <param name="Folder">The version's folder.</param>
/// <param name="Manifest">Of the version; the older one where it was there already.</param>
/// <param name="AlreadyThere">The same content had been imported before.</param>
public sealed record ImportResult(string Folder, DatasetManifest Manifest, bool AlreadyThere);

/// <summary>How far an import is.</summary>
/// <param name="File">The file being read.</param>
/// <param name="Rows">Rows read from all files so far.</param>
/// <param name="Bytes">Bytes read from all files so far.</param>
/// <param name="TotalBytes">Bytes of all files.</param>
public readonly record struct ImportProgress(string File, long Rows, long Bytes, long TotalBytes);
