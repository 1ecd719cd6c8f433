using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Kept models: imported, listed, described.</summary>
public sealed class ModelLibrary(LibraryStore store, LibraryReader reader, LibraryKeeper keeper, DataFolder data, TimeProvider clock)
{
    /// <summary>Copies a checkpoint folder into the data folder and keeps it.</summary>
    /// <param name="name">Empty: the folder's name.</param>
    /// <param name="into">The model whose next version this is to be, or null.</param>
    /// <exception cref="InvalidInputException">It is no checkpoint folder.</exception>
    public async Task<(ModelEntry Entry, ModelManifest Manifest)> ImportAsync(string folder, string name = "", long? into = null, CancellationToken cancellation = default)
    {
        var target = into is { } id ? await GetAsync(id, cancellation: cancellation) : null;
        var manifest = await Task.Run(() => ModelImporter.Import(folder, data, target?.Item.Name ?? name, clock, cancellation), cancellation);
        var kept = target is null
            ? await keeper.KeepAsync(manifest, name.Length > 0 ? name : null, cancellation)
            : await store.AddVersionAsync(LibraryKind.Model, target.Item.Id, await Task.Run(() => LibraryKeeper.ContentOf(manifest, data), cancellation), cancellation);
        return (Entry(kept), manifest);
    }

    public async Task<Page<ModelEntry>> ListAsync(LibraryFilter? filter = null, CancellationToken cancellation = default)
    {
        await keeper.AdoptAsync(cancellation: cancellation);
        var page = await reader.ListAsync(LibraryKind.Model, filter ?? new(), cancellation);
        return new([.. page.Items.Select(Entry)], page.Total);
    }

    /// <exception cref="LibraryNotFoundException"/>
    public async Task<ModelEntry> GetAsync(long id, int? version = null, CancellationToken cancellation = default) =>
        Entry(await reader.FindAsync(LibraryKind.Model, id, version, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Model, version is null ? $"{id}" : $"{id} in version {version}"));

    /// <summary>The version of that content ("sha256:…"), or null.</summary>
    public async Task<ModelEntry?> FindAsync(string hash, CancellationToken cancellation = default)
    {
        if (await reader.FindContentAsync(LibraryKind.Model, hash, cancellation) is { } known) return Entry(known);
        await keeper.AdoptAsync(now: true, cancellation);
        return await reader.FindContentAsync(LibraryKind.Model, hash, cancellation) is { } adopted ? Entry(adopted) : null;
    }

    /// <summary>The model that was trained last, else the first by name; null where there is none.</summary>
    public async Task<ModelEntry?> UsualAsync(CancellationToken cancellation = default)
    {
        await keeper.AdoptAsync(cancellation: cancellation);
        return await reader.UsualModelAsync(cancellation) is { } found ? Entry(found) : null;
    }

    /// <summary>Where a version's files lie.</summary>
    public string FolderOf(ModelEntry entry) => Path.Combine(data.Models, entry.Version.Hash[DataFolder.HashPrefix.Length..]);

    private static ModelEntry Entry(LibraryEntry entry) => new(entry.Item, entry.Version, LibraryJson.Read<ModelFacts>(entry.Version));
}
