using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Makes, names, versions, deletes and restores what the library keeps.</summary>
public sealed partial class LibraryStore(StoreWriter writer, TimeProvider clock)
{
    /// <summary>So long a deletion can be undone; the content's files stay as long.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(60);
    public const int MaxNameLength = 200;

    /// <summary>Makes an item of one version.</summary>
    /// <exception cref="InvalidInputException">The name is no name, or taken.</exception>
    public Task<LibraryEntry> CreateAsync(LibraryKind kind, string name, LibraryContent content, LibraryEdit? fields = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        await CheckNameAsync(context, kind, name, null);
        return await AddItemAsync(context, kind, name.Trim(), content, fields);
    }, cancellation);

    /// <summary>Gives an item its next version; content that equals its newest version's changes nothing.</summary>
    /// <exception cref="LibraryNotFoundException"/>
    public Task<LibraryEntry> AddVersionAsync(LibraryKind kind, long id, LibraryContent content, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
        await AddVersionAsync(context, await GetAsync(context, kind, id), content), cancellation);

    /// <summary>
    /// Keeps content that lies in the data folder: what is known already is found (and taken back from a deletion); a name that
    /// stands gets its next version; else a new item is made.
    /// </summary>
    /// <param name="mayFollow">Whether the content may be the next version of that newest one; else it gets a name of its own, as "train (2)".</param>
    public Task<LibraryEntry> KeepAsync(LibraryKind kind, string name, LibraryContent content, LibraryEdit? fields = null, Func<LibraryVersion, bool>? mayFollow = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        if (await KnownAsync(context, kind, content.Hash) is { } known) return known;
        var given = name.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, MaxNameLength)] : "unnamed";
        if (await NamedAsync(context, kind, given) is not { } item) return await AddItemAsync(context, kind, given, content, fields);
        var newest = await context.LibraryVersions.SingleAsync(version => version.ItemId == item.Id && version.Number == item.Latest, CancellationToken.None);
        return mayFollow?.Invoke(newest) == false
            ? await AddItemAsync(context, kind, await FreeNameAsync(context, kind, given), content, fields)
            : await AddVersionAsync(context, item, content);
    }, cancellation);

    /// <summary>Changes name, notes or archive.</summary>
    /// <exception cref="LibraryNotFoundException"/>
    /// <exception cref="InvalidInputException">The name is no name, or taken; a text is too long.</exception>
    public Task<LibraryItem> EditAsync(LibraryKind kind, long id, LibraryEdit edit, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var item = await GetAsync(context, kind, id);
        if (edit.Name is { } name && name.Trim() != item.Name)
        {
            await CheckNameAsync(context, kind, name, id);
            item.Name = name.Trim();
        }
        Apply(item, edit);
        item.UpdatedAt = clock.GetUtcNow();
        return item;
    }, cancellation);

    /// <summary>A new item of the same content, as one version.</summary>
    /// <param name="name">Null: the original's, with "copy" added.</param>
    /// <param name="number">Which version; null: the newest.</param>
    public Task<LibraryEntry> CloneAsync(LibraryKind kind, long id, string? name = null, int? number = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var item = await GetAsync(context, kind, id);
        var version = await context.LibraryVersions.AsNoTracking().SingleOrDefaultAsync(row => row.ItemId == id && row.Number == (number ?? item.Latest), CancellationToken.None)
            ?? throw new LibraryNotFoundException(kind, $"{id} in version {number}");
        if (name is not null) await CheckNameAsync(context, kind, name, null);
        var links = await context.LibraryLinks.Where(link => link.VersionId == version.Id).Select(link => link.Target).ToListAsync(CancellationToken.None);
        var copy = kind == LibraryKind.Task ? $"{item.Name}-copy" : $"{item.Name} copy";
        return await AddItemAsync(context, kind, name?.Trim() ?? await FreeNameAsync(context, kind, copy), new(version.Hash, version.BodyJson, version.Size, version.Bytes, links),
            new() { Note = item.Note, Licence = item.Licence, Source = item.Source });
    }, cancellation);

    /// <summary>Deletes an item that nothing uses; <see cref="RestoreAsync"/> takes it back for <see cref="UndoTime"/>.</summary>
    /// <param name="others">Users that the store does not know of.</param>
    /// <exception cref="LibraryNotFoundException"/>
    /// <exception cref="LibraryInUseException">Something is built on it; all of it is named.</exception>
    public Task<LibraryItem> DeleteAsync(LibraryKind kind, long id, IReadOnlyList<LibraryUser>? others = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var item = await GetAsync(context, kind, id);
        var users = (IReadOnlyList<LibraryUser>)[.. await LibraryUsers.OfAsync(context, kind, id, CancellationToken.None), .. others ?? []];
        if (users.Count > 0) throw LibraryInUseException.Of(item, users);
        item.DeletedAt = clock.GetUtcNow();
        return item;
    }, cancellation);

    /// <summary>Undoes a deletion.</summary>
    /// <exception cref="LibraryNotFoundException">It is gone for good.</exception>
    public Task<LibraryItem> RestoreAsync(LibraryKind kind, long id, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var item = await context.LibraryItems.SingleOrDefaultAsync(row => row.Id == id && row.Kind == kind, CancellationToken.None) ?? throw new LibraryNotFoundException(kind, $"{id}");
        await RestoreAsync(context, item);
        return item;
    }, cancellation);

    /// <summary>
    /// Ends deletions whose time of undoing is over. What came into use meanwhile is taken back instead.
    /// </summary>
    /// <param name="free">Gets each content hash of a kind that no item keeps any more, within the transaction: the caller removes its folder.</param>
    public Task<int> PurgeAsync(Action<LibraryKind, string> free, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var before = clock.GetUtcNow() - UndoTime;
        var due = await context.LibraryItems.Include(item => item.Versions).Where(item => item.DeletedAt != null && item.DeletedAt < before).ToListAsync(CancellationToken.None);
        foreach (var item in due)
        {
            if ((await LibraryUsers.OfAsync(context, item.Kind, item.Id, CancellationToken.None)).Count > 0)
            {
                await RestoreAsync(context, item);
                continue;
            }
            foreach (var hash in item.Versions.Select(version => version.Hash).Distinct())
                if (!await context.LibraryVersions.AnyAsync(other => other.Hash == hash && other.ItemId != item.Id && context.LibraryItems.Any(owner => owner.Id == other.ItemId && owner.Kind == item.Kind), CancellationToken.None))
                    free(item.Kind, hash);
            context.LibraryItems.Remove(item);
            await context.SaveChangesAsync(CancellationToken.None);
        }
        return due.Count;
    }, cancellation);

    /// <summary>Whether something that is done once to a library was done.</summary>
    public Task<bool> IsMarkedAsync(string key, CancellationToken cancellation = default) => writer.WriteAsync(async context => await context.Settings.FindAsync([key], CancellationToken.None) is not null, cancellation);

    /// <summary>Notes that something was done that is done once.</summary>
    public Task MarkAsync(string key, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        if (await context.Settings.FindAsync([key], CancellationToken.None) is null) context.Settings.Add(new() { Key = key, ValueJson = "true" });
    }, cancellation);

    private async Task<LibraryEntry> AddItemAsync(StudioContext context, LibraryKind kind, string name, LibraryContent content, LibraryEdit? fields)
    {
        var now = clock.GetUtcNow();
        var item = new LibraryItem { Kind = kind, Name = name, CreatedAt = content.CreatedAt ?? now, UpdatedAt = content.CreatedAt ?? now };
        if (fields is not null) Apply(item, fields);
        context.LibraryItems.Add(item);
        await context.SaveChangesAsync(CancellationToken.None);
        return await AddVersionAsync(context, item, content);
    }

    private async Task<LibraryEntry> AddVersionAsync(StudioContext context, LibraryItem item, LibraryContent content)
    {
        var newest = await context.LibraryVersions.SingleOrDefaultAsync(row => row.ItemId == item.Id && row.Number == item.Latest, CancellationToken.None);
        if (newest?.Hash == content.Hash) return new(item, newest);
        var now = content.CreatedAt ?? clock.GetUtcNow();
        var version = new LibraryVersion
        {
            ItemId = item.Id, Number = item.Latest + 1, Hash = content.Hash, BodyJson = content.BodyJson, Size = content.Size, Bytes = content.Bytes, Note = Text(content.Note), CreatedAt = now,
        };
        context.LibraryVersions.Add(version);
        await context.SaveChangesAsync(CancellationToken.None);
        context.LibraryLinks.AddRange(content.Links.Distinct().Select(target => new LibraryLink { VersionId = version.Id, Target = target }));
        (item.Latest, item.UpdatedAt) = (version.Number, clock.GetUtcNow());
        return new(item, version);
    }

    private static async Task<LibraryEntry?> KnownAsync(StudioContext context, LibraryKind kind, string hash)
    {
        var found = await (
            from version in context.LibraryVersions
            join item in context.LibraryItems on version.ItemId equals item.Id
            where version.Hash == hash && item.Kind == kind
            orderby item.DeletedAt != null, version.Id
            select new { item, version }).FirstOrDefaultAsync(CancellationToken.None);
        if (found is null) return null;
        await RestoreAsync(context, found.item);
        return new(found.item, found.version);
    }

    /// <summary>Takes an item back, and with it what it is built on: that was deleted later, so it is still there.</summary>
    private static async Task RestoreAsync(StudioContext context, LibraryItem item)
    {
        if (item.DeletedAt is null) return;
        if (await NamedAsync(context, item.Kind, item.Name) is not null) item.Name = await FreeNameAsync(context, item.Kind, item.Name);
        item.DeletedAt = null;
        await context.SaveChangesAsync(CancellationToken.None);
        var targets = await context.LibraryLinks.Where(link => context.LibraryVersions.Any(version => version.Id == link.VersionId && version.ItemId == item.Id))
            .Select(link => link.Target).Distinct().ToListAsync(CancellationToken.None);
        foreach (var target in targets)
            if (LibraryLink.ItemOf(target) is { } id)
            {
                if (await context.LibraryItems.FindAsync(id) is { } built) await RestoreAsync(context, built);
            }
            else
            {
                await KnownAsync(context, LibraryKind.Dataset, target);
            }
    }

    private static async Task<LibraryItem> GetAsync(StudioContext context, LibraryKind kind, long id) =>
        await context.LibraryItems.SingleOrDefaultAsync(item => item.Id == id && item.Kind == kind && item.DeletedAt == null, CancellationToken.None) ?? throw new LibraryNotFoundException(kind, $"{id}");

    private static Task<LibraryItem?> NamedAsync(StudioContext context, LibraryKind kind, string name) =>
        context.LibraryItems.FirstOrDefaultAsync(item => item.Kind == kind && item.Name == name && item.DeletedAt == null, CancellationToken.None);

    /// <summary>The name, or the name with the first number that makes it free: "train (2)"; tasks' names take no brackets: "train-2".</summary>
    private static async Task<string> FreeNameAsync(StudioContext context, LibraryKind kind, string name)
    {
        var free = name;
        for (var n = 2; await NamedAsync(context, kind, free) is not null; n++) free = kind == LibraryKind.Task ? $"{name}-{n}" : $"{name} ({n})";
        return free;
    }

    private static async Task CheckNameAsync(StudioContext context, LibraryKind kind, string name, long? self)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength) throw new InvalidInputException("name", $"Name must have 1 to {MaxNameLength} characters (you gave {trimmed.Length})");
        if (kind == LibraryKind.Task && (trimmed.Length > 64 || !TaskName().IsMatch(trimmed)))
            throw new InvalidInputException("name", $"A task's name must be at most 64 letters, digits, '.', '_' and '-', beginning with a letter or digit (you gave \"{trimmed}\")");
        if (trimmed.Any(char.IsControl)) throw new InvalidInputException("name", "Name must hold no control characters: type it anew");
        if (await NamedAsync(context, kind, trimmed) is { } other && other.Id != self)
            throw new InvalidInputException("name", $"There is a {kind.ToString().ToLowerInvariant()} \"{trimmed}\" already ({other.Id}): choose another name, or give that one a new version");
    }

    private static void Apply(LibraryItem item, LibraryEdit edit)
    {
        foreach (var (field, value) in new[] { ("note", edit.Note), ("licence", edit.Licence), ("source", edit.Source) })
            if (value?.Length > 20_000) throw new InvalidInputException(field, $"This must have at most 20,000 characters (you gave {value.Length:#,0})");
        if (edit.Note is { } note) item.Note = Text(note);
        if (edit.Licence is { } licence) item.Licence = Text(licence);
        if (edit.Source is { } source) item.Source = Text(source);
        if (edit.Archived is { } archived) item.Archived = archived;
    }

    private static string? Text(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim();

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}._-]*$")]
    private static partial Regex TaskName();
}
