using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Keeps the library's rows and the data folder's content together: content without a row gets one, deleted items' content goes.</summary>
public sealed class LibraryKeeper(LibraryStore store, LibraryReader reader, DataFolder data, TimeProvider clock) : IDisposable
{
    /// <summary>How often lists look for content that other programs imported.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turn = new(1, 1);
    private long looked;

    /// <summary>Keeps a dataset version that lies in the data folder.</summary>
    /// <param name="name">Null: the manifest's.</param>
    /// <param name="explicitName">The user chose the name, so that other columns are no reason against the next version.</param>
    public async Task<LibraryEntry> KeepAsync(DatasetManifest manifest, string? name = null, bool explicitName = false, LibraryEdit? fields = null, CancellationToken cancellation = default) =>
        await store.KeepAsync(LibraryKind.Dataset, name ?? manifest.Name, ContentOf(manifest), fields,
            newest => explicitName || LibraryJson.Read<DatasetManifest>(newest).Columns.SequenceEqual(manifest.Columns), cancellation);

    /// <summary>Keeps a model that lies in the data folder.</summary>
    public async Task<LibraryEntry> KeepAsync(ModelManifest manifest, string? name = null, CancellationToken cancellation = default)
    {
        var content = await Task.Run(() => ContentOf(manifest, data), cancellation);
        // "model" is what folders are called, and no model: its card knows better.
        if (name is null && manifest.Name is "model" or "") name = ReadModelCard.Title(Path.Combine(data.Models, manifest.Hash));
        return await store.KeepAsync(LibraryKind.Model, name ?? manifest.Name, content, new() { Licence = LicenceOf(content) }, cancellation: cancellation);
    }

    /// <summary>Gives rows to content that has none: what the command line, presets or a copied data folder brought.</summary>
    public async Task AdoptAsync(bool now = false, CancellationToken cancellation = default)
    {
        if (!now && looked != 0 && clock.GetElapsedTime(looked) < Pace) return;
        await turn.WaitAsync(cancellation);
        try
        {
            if (!now && looked != 0 && clock.GetElapsedTime(looked) < Pace) return;
            var known = await reader.ContentAsync(cancellation);
            foreach (var manifest in await Task.Run(() => Unknown(data.Datasets, known).Select(TryReadDataset).OfType<DatasetManifest>().OrderBy(manifest => manifest.CreatedAt).ToList(), cancellation))
                await KeepAsync(manifest, cancellation: cancellation);
            foreach (var manifest in await Task.Run(() => Unknown(data.Models, known).Where(folder => File.Exists(Path.Combine(folder, ModelManifest.FileName))).Select(ModelImporter.ReadManifest).OrderBy(manifest => manifest.CreatedAt).ToList(), cancellation))
                await KeepAsync(manifest, cancellation: cancellation);
            looked = clock.GetTimestamp();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends deletions whose time of undoing is over, with their content.</summary>
    public async Task PurgeAsync(CancellationToken cancellation = default) =>
        // Within the writer's transaction: whoever keeps the same content anew waits for it.
        await store.PurgeAsync((kind, hash) =>
        {
            var root = kind switch { LibraryKind.Dataset => data.Datasets, LibraryKind.Model => data.Models, _ => null };
            if (root is not null && Path.Combine(root, hash[DataFolder.HashPrefix.Length..]) is var folder && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }, cancellation);

    public void Dispose() => turn.Dispose();

    public static LibraryContent ContentOf(DatasetManifest manifest) => new(manifest.Reference, LibraryJson.Write(manifest), manifest.Splits[SplitNames.Train].Rows, manifest.Splits.Values.Sum(split => split.Bytes), [])
    {
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(manifest.CreatedAt),
    };

    public static LibraryContent ContentOf(ModelManifest manifest, DataFolder data)
    {
        var facts = ModelFacts.Read(Path.Combine(data.Models, manifest.Hash), manifest);
        return new(manifest.Reference, LibraryJson.Write(facts), facts.Parameters, manifest.Bytes, []) { CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(manifest.CreatedAt) };
    }

    private static string? LicenceOf(LibraryContent content) => System.Text.Json.Nodes.JsonNode.Parse(content.BodyJson)?["licence"]?.ToString();

    private static IEnumerable<string> Unknown(string root, IReadOnlySet<string> known) => !Directory.Exists(root) ? [] :
        Directory.EnumerateDirectories(root).Where(folder => Path.GetFileName(folder) is { Length: 64 } name && !known.Contains(DataFolder.HashPrefix + name));

    private static DatasetManifest? TryReadDataset(string folder)
    {
        try
        {
            return DatasetVersion.ReadManifest(folder);
        }
        catch (Core.Runs.InvalidInputException)
        {
            // Opening it tells what is wrong; the others must not wait for it.
            return null;
        }
    }
}
