using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Imports files as an immutable dataset version, streamed: memory is independent of the files' size, but for a
/// few bytes a row where rows are divided by a split rule.</summary>
public static class DatasetImporter
{
    private const string TemporaryPrefix = ".import-";

    /// <summary>
    /// Writes <c>datasets/HASH</c> with <c>manifest.json</c> and a JSON Lines file a split. The folder appears whole or
    /// not at all. The same content again, under whatever name, gives the version that is there already.
    /// </summary>
    /// <exception cref="InvalidInputException">Faults of options and files, as many as could be found at once.</exception>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public static ImportResult Import(
        IReadOnlyList<ImportFile> files, ImportOptions options, DataFolder data, TimeProvider? clock = null,
        IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        return Publish(data, folder => VersionWriter.Write(folder, files, options, clock ?? TimeProvider.System, progress, cancellation));
    }

    /// <summary>
    /// Takes an open version, as of a folder elsewhere or of <see cref="DatasetVersion.OpenFiles"/>, into a data folder
    /// without reading its sources again.
    /// </summary>
    /// <param name="version">Its rows are copied, and checked against its hash.</param>
    /// <param name="data">Where to.</param>
    /// <param name="name">Null: the version's own.</param>
    /// <param name="cancellation">Ends the copying; nothing is left.</param>
    /// <exception cref="InvalidInputException">The version's files are not those that its manifest speaks of.</exception>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public static ImportResult Take(DatasetVersion version, DataFolder data, string? name = null, CancellationToken cancellation = default)
    {
        var there = Path.Combine(data.Datasets, version.Manifest.Hash);
        return Directory.Exists(there)
            ? new ImportResult(there, DatasetVersion.ReadManifest(there), AlreadyThere: true)
            : Publish(data, folder => version.CopyTo(folder, name ?? version.Manifest.Name, cancellation));
    }

    /// <summary>Has a folder written beside the versions, and renames it into place.</summary>
    private static ImportResult Publish(DataFolder data, Func<string, DatasetManifest> write)
    {
        Directory.CreateDirectory(data.Datasets);
        RemoveLeftovers(data);
        var temporary = Path.Combine(data.Datasets, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(temporary);
        try
        {
            var manifest = write(temporary);
            var final = Path.Combine(data.Datasets, manifest.Hash);
            var published = Rename(temporary, final);
            return new ImportResult(final, published ? manifest : DatasetVersion.ReadManifest(final), !published);
        }
        catch (IOException fault) when (DiskFaults.IsFull(fault))
        {
            throw new IOException($"The disk of {data.Datasets} is full; nothing was imported. Free some space and import again", fault);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static bool Rename(string temporary, string final)
    {
        if (Directory.Exists(final)) return false;
        try
        {
            AtomicFile.PublishFolder(temporary, final);
            return true;
        }
        catch (IOException) when (Directory.Exists(final)) // Another import of the same content was faster.
        {
            return false;
        }
    }

    /// <summary>What imports that were killed left; a day is longer than any import takes.</summary>
    private static void RemoveLeftovers(DataFolder data)
    {
        var yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var folder in new DirectoryInfo(data.Datasets).EnumerateDirectories(TemporaryPrefix + "*"))
        {
            try
            {
                // A folder that another import renamed or removed meanwhile has no time of its own any more.
                if (folder.LastWriteTimeUtc < yesterday && Directory.Exists(folder.FullName)) folder.Delete(recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
            }
        }
    }
}
