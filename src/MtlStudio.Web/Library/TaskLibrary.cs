using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Kept tasks: a dataset version with template, kind, metrics and role. An edit makes a new version; a version never changes.</summary>
public sealed class TaskLibrary(LibraryStore store, LibraryReader reader, DataFolder data)
{
    /// <summary>Keeps a new task.</summary>
    /// <param name="name">As a run's tasks are named: letters, digits, '.', '_' and '-'.</param>
    /// <param name="task">Its own name, share and loss weight do not count.</param>
    /// <exception cref="InvalidInputException">Every fault of the task, by its field; or the name is taken.</exception>
    public async Task<TaskEntry> CreateAsync(string name, TaskSpec task, string? note = null, CancellationToken cancellation = default) =>
        Entry(await store.CreateAsync(LibraryKind.Task, name, await CheckedAsync(task, null, cancellation), new() { Note = note }, cancellation));

    /// <summary>Keeps an edit as the task's next version; what equals the newest one changes nothing.</summary>
    /// <param name="change">What was changed, in the user's words.</param>
    /// <exception cref="LibraryNotFoundException"/>
    /// <exception cref="InvalidInputException">Every fault, by its field.</exception>
    public async Task<TaskEntry> AddVersionAsync(long id, TaskSpec task, string? change = null, CancellationToken cancellation = default) =>
        Entry(await store.AddVersionAsync(LibraryKind.Task, id, await CheckedAsync(task, change, cancellation), cancellation));

    public async Task<Page<TaskEntry>> ListAsync(LibraryFilter? filter = null, CancellationToken cancellation = default)
    {
        var page = await reader.ListAsync(LibraryKind.Task, filter ?? new(), cancellation);
        return new([.. page.Items.Select(Entry)], page.Total);
    }

    /// <exception cref="LibraryNotFoundException"/>
    public async Task<TaskEntry> GetAsync(long id, int? version = null, CancellationToken cancellation = default) =>
        Entry(await reader.FindAsync(LibraryKind.Task, id, version, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Task, version is null ? $"{id}" : $"{id} in version {version}"));

    /// <summary>The task of that name in its newest version, or null.</summary>
    public async Task<TaskEntry?> FindAsync(string name, CancellationToken cancellation = default) =>
        await reader.FindAsync(LibraryKind.Task, name, cancellation) is { } found ? Entry(found) : null;

    /// <summary>The faults of a task that is not kept yet.</summary>
    public Task<IReadOnlyList<FieldError>> CheckAsync(TaskSpec task, CancellationToken cancellation = default) => Task.Run(() => TaskCheck.Check(task, data), cancellation);

    internal static TaskEntry Entry(LibraryEntry entry) => new(entry.Item, entry.Version, LibraryJson.Read<TaskSpec>(entry.Version) with { Name = entry.Item.Name });

    private async Task<LibraryContent> CheckedAsync(TaskSpec task, string? change, CancellationToken cancellation)
    {
        if (await CheckAsync(task, cancellation) is { Count: > 0 } errors) throw new InvalidInputException(errors);
        var body = LibraryJson.Write(TaskCheck.Bare(task));
        var size = await Task.Run(() => TrainingSize.Of(task.Data, data), cancellation);
        return new(LibraryJson.Hash(body), body, size, 0, [task.Data.Dataset!]) { Note = change };
    }
}
