using MtlStudio.Store;
using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Library;

/// <summary>What is done alike with datasets, tasks, mixes and models: name, clone, delete, restore, and who uses them.</summary>
public sealed class LibraryShelf(LibraryStore store, LibraryReader reader, PresetLibrary presets)
{
    /// <inheritdoc cref="LibraryStore.EditAsync"/>
    public Task<LibraryItem> EditAsync(LibraryKind kind, long id, LibraryEdit edit, CancellationToken cancellation = default) => store.EditAsync(kind, id, edit, cancellation);

    /// <inheritdoc cref="LibraryStore.CloneAsync"/>
    public Task<LibraryEntry> CloneAsync(LibraryKind kind, long id, string? name = null, int? version = null, CancellationToken cancellation = default) => store.CloneAsync(kind, id, name, version, cancellation);

    /// <summary>Deletes what nothing is built on; <see cref="RestoreAsync"/> undoes it for <see cref="LibraryStore.UndoTime"/>.</summary>
    /// <exception cref="LibraryNotFoundException"/>
    /// <exception cref="LibraryInUseException">Something is built on it; all of it is named.</exception>
    public async Task<LibraryItem> DeleteAsync(LibraryKind kind, long id, CancellationToken cancellation = default) => await store.DeleteAsync(kind, id, await PresetsAsync(kind, id, cancellation), cancellation);

    /// <inheritdoc cref="LibraryStore.RestoreAsync"/>
    public Task<LibraryItem> RestoreAsync(LibraryKind kind, long id, CancellationToken cancellation = default) => store.RestoreAsync(kind, id, cancellation);

    /// <summary>Every version, the newest first.</summary>
    public Task<IReadOnlyList<LibraryVersion>> VersionsAsync(long id, CancellationToken cancellation = default) => reader.VersionsAsync(id, cancellation);

    /// <summary>How many there are of each kind.</summary>
    public Task<IReadOnlyDictionary<LibraryKind, int>> CountsAsync(CancellationToken cancellation = default) => reader.CountsAsync(cancellation);

    /// <summary>Runs, tasks, mixes and presets that are built on it.</summary>
    public async Task<IReadOnlyList<LibraryUser>> UsersAsync(LibraryKind kind, long id, CancellationToken cancellation = default) =>
        [.. await reader.UsersAsync(kind, id, cancellation), .. await PresetsAsync(kind, id, cancellation)];

    private async Task<IReadOnlyList<LibraryUser>> PresetsAsync(LibraryKind kind, long id, CancellationToken cancellation)
    {
        if (kind is not (LibraryKind.Dataset or LibraryKind.Model)) return [];
        var hashes = (await reader.VersionsAsync(id, cancellation)).Select(version => version.Hash).ToHashSet();
        return [.. (await presets.AllAsync(cancellation)).Where(preset => kind == LibraryKind.Model ? hashes.Contains(preset.Spec.Model.Path) : preset.Spec.Tasks.Any(task => hashes.Contains(task.Data.Dataset ?? "")))
            .Select(preset => new LibraryUser("preset", 0, preset.Name))];
    }
}
