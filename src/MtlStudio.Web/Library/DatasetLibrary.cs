using System.Collections.Concurrent;
using System.Text.Json;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Kept datasets: imported, listed, read, counted.</summary>
public sealed class DatasetLibrary(LibraryStore store, LibraryReader reader, LibraryKeeper keeper, DataFolder data, TimeProvider clock)
{
    private const string StatisticsFile = "statistics.json";
    private const int MaxTries = 3;
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, IReadOnlyList<ColumnStatistics>>>>> counting = new();

    /// <summary>Imports files and keeps the result: a name that stands gets its next version, content that is known is found.</summary>
    /// <param name="options">An empty name becomes the first file's.</param>
    /// <param name="into">The dataset whose next version this is to be, or null.</param>
    /// <exception cref="InvalidInputException">Faults of options and files, as many as could be found at once.</exception>
    public async Task<KeptDataset> ImportAsync(IReadOnlyList<ImportFile> files, ImportOptions options, long? into = null, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        var target = into is { } id ? await GetAsync(id, cancellation: cancellation) : null;
        if (target is not null) options = options with { Name = target.Item.Name };
        var named = options.Name.Length > 0;
        if (!named && files.Count > 0) options = options with { Name = Path.GetFileNameWithoutExtension(files[0].DisplayName) };
        for (var left = MaxTries; ; left--)
        {
            var result = await Task.Run(() => DatasetImporter.Import(files, options, data, clock, progress, cancellation), cancellation);
            var entry = target is not null
                ? await store.AddVersionAsync(LibraryKind.Dataset, target.Item.Id, LibraryKeeper.ContentOf(result.Manifest), cancellation)
                : await keeper.KeepAsync(result.Manifest, options.Name, named, cancellation: cancellation);
            // Known content may have been on its way out.
            if (left <= 1 || Directory.Exists(result.Folder)) return new(new(entry.Item, entry.Version, LibraryJson.Read<DatasetManifest>(entry.Version)), result.AlreadyThere);
        }
    }

    public async Task<Page<DatasetEntry>> ListAsync(LibraryFilter? filter = null, CancellationToken cancellation = default)
    {
        await keeper.AdoptAsync(cancellation: cancellation);
        var page = await reader.ListAsync(LibraryKind.Dataset, filter ?? new(), cancellation);
        return new([.. page.Items.Select(Entry)], page.Total);
    }

    /// <exception cref="LibraryNotFoundException"/>
    public async Task<DatasetEntry> GetAsync(long id, int? version = null, CancellationToken cancellation = default) =>
        Entry(await reader.FindAsync(LibraryKind.Dataset, id, version, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Dataset, version is null ? $"{id}" : $"{id} in version {version}"));

    /// <summary>The version of that content ("sha256:…"), or null.</summary>
    public async Task<DatasetEntry?> FindAsync(string hash, CancellationToken cancellation = default)
    {
        if (await reader.FindContentAsync(LibraryKind.Dataset, hash, cancellation) is { } known) return Entry(known);
        await keeper.AdoptAsync(now: true, cancellation);
        return await reader.FindContentAsync(LibraryKind.Dataset, hash, cancellation) is { } adopted ? Entry(adopted) : null;
    }

    /// <summary>Opens a version's rows; dispose it.</summary>
    /// <exception cref="InvalidInputException">Its files are damaged or gone.</exception>
    public DatasetVersion Open(DatasetEntry entry) => DatasetVersion.Open(FolderOf(entry));

    /// <summary>Where the rows are listed that the import left out; null: there are none.</summary>
    public string? SkippedFileOf(DatasetEntry entry) => Path.Combine(FolderOf(entry), DatasetManifest.SkippedFileName) is var path && File.Exists(path) ? path : null;

    /// <summary>By split, then in the order of the columns. Counted once a version, and kept beside its rows.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ColumnStatistics>>> StatisticsAsync(DatasetEntry entry, CancellationToken cancellation = default)
    {
        var path = Path.Combine(FolderOf(entry), StatisticsFile);
        if (File.Exists(path) && Read(path) is { } kept) return kept;
        var work = counting.GetOrAdd(entry.Version.Hash, _ => new(() => Task.Run(() => Count(entry, path))));
        try
        {
            return await work.Value.WaitAsync(cancellation);
        }
        finally
        {
            if (work.Value.IsCompleted) counting.TryRemove(entry.Version.Hash, out _);
        }
    }

    /// <summary>What task the rows look good for, with the reasons; its <see cref="DatasetGuess.Task"/> is null where there is no good guess.</summary>
    public Task<DatasetGuess> GuessAsync(DatasetEntry entry, CancellationToken cancellation = default) => Task.Run(() =>
    {
        var guess = DatasetDetector.Detect([new DetectFile(Path.Combine(FolderOf(entry), entry.Manifest.Splits[SplitNames.Train].File), $"{entry.Item.Name}.jsonl")], cancellation).Datasets[0];
        return guess with { Task = guess.Task is { } task ? task with { Data = new() { Dataset = entry.Version.Hash } } : null };
    }, cancellation);

    private string FolderOf(DatasetEntry entry) => Path.Combine(data.Datasets, entry.Version.Hash[DataFolder.HashPrefix.Length..]);

    private IReadOnlyDictionary<string, IReadOnlyList<ColumnStatistics>> Count(DatasetEntry entry, string path)
    {
        using var version = Open(entry);
        var statistics = DatasetStatistics.Of(version);
        AtomicFile.WriteText(path, LibraryJson.Write(statistics));
        return statistics;
    }

    private static Dictionary<string, IReadOnlyList<ColumnStatistics>>? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<ColumnStatistics>>>(File.ReadAllText(path), WireJson.Compact);
        }
        catch (JsonException)
        {
            return null; // counted again
        }
    }

    private static DatasetEntry Entry(LibraryEntry entry) => new(entry.Item, entry.Version, LibraryJson.Read<DatasetManifest>(entry.Version));
}
