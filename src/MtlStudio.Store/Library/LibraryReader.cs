using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Pages of what the library keeps, and who uses it.</summary>
public sealed class LibraryReader(IDbContextFactory<StudioContext> contexts)
{
    private static readonly Dictionary<string, Expression<Func<LibraryItem, object?>>> Sorts = new()
    {
        ["name"] = item => item.Name,
        ["createdAt"] = item => item.CreatedAt,
        ["updatedAt"] = item => item.UpdatedAt,
        ["size"] = item => item.Versions.Where(version => version.Number == item.Latest).Select(version => version.Size).FirstOrDefault(),
        ["bytes"] = item => item.Versions.Where(version => version.Number == item.Latest).Select(version => version.Bytes).FirstOrDefault(),
        ["versions"] = item => item.Latest,
    };

    /// <summary>What <see cref="LibraryFilter.Sort"/> may say.</summary>
    public static IReadOnlyCollection<string> SortKeys => Sorts.Keys;

    /// <summary>One page of items, each with its newest version.</summary>
    /// <exception cref="InvalidInputException">An unknown sort key, or a page out of range.</exception>
    public async Task<Page<LibraryEntry>> ListAsync(LibraryKind kind, LibraryFilter filter, CancellationToken cancellation = default)
    {
        var errors = new List<FieldError>();
        if (!Sorts.TryGetValue(filter.Sort, out var key)) errors.Add(new("sort", $"There is no order by \"{filter.Sort}\": choose among {string.Join(", ", Sorts.Keys)}"));
        if (filter.Skip < 0) errors.Add(new("skip", $"Skip must be at least 0 (you gave {filter.Skip})"));
        if (filter.Take is < 1 or > RunReader.MaxTake) errors.Add(new("take", $"Take must be from 1 to {RunReader.MaxTake} (you gave {filter.Take})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var items = context.LibraryItems.AsNoTracking().Where(item => item.Kind == kind && item.DeletedAt == null);
        if (filter.Archived is { } archived) items = items.Where(item => item.Archived == archived);
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var text = filter.Text.Trim().ToLowerInvariant();
#pragma warning disable CA1862 // becomes SQL, where a StringComparison means nothing
            items = items.Where(item => item.Name.ToLower().Contains(text) || item.Note != null && item.Note.ToLower().Contains(text)
                || item.Licence != null && item.Licence.ToLower().Contains(text) || item.Source != null && item.Source.ToLower().Contains(text));
#pragma warning restore CA1862
        }
        var total = await items.CountAsync(cancellation);
        var sorted = filter.Descending ? items.OrderByDescending(key!).ThenByDescending(item => item.Id) : items.OrderBy(key!).ThenBy(item => item.Id);
        var page = await sorted.Skip(filter.Skip).Take(filter.Take).ToListAsync(cancellation);
        var ids = page.Select(item => item.Id).ToList();
        var versions = await context.LibraryVersions.AsNoTracking()
            .Where(version => ids.Contains(version.ItemId) && context.LibraryItems.Any(item => item.Id == version.ItemId && item.Latest == version.Number))
            .ToDictionaryAsync(version => version.ItemId, cancellation);
        return new([.. page.Select(item => new LibraryEntry(item, versions[item.Id]))], total);
    }

    /// <summary>An item with one of its versions, or null where there is none or it is deleted.</summary>
    /// <param name="number">Null: the newest.</param>
    public async Task<LibraryEntry?> FindAsync(LibraryKind kind, long id, int? number = null, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.LibraryItems.AsNoTracking().SingleOrDefaultAsync(item => item.Id == id && item.Kind == kind && item.DeletedAt == null, cancellation) is { } item
            && await context.LibraryVersions.AsNoTracking().SingleOrDefaultAsync(version => version.ItemId == id && version.Number == (number ?? item.Latest), cancellation) is { } version
            ? new(item, version) : null;
    }

    /// <summary>Items of the given numbers, each in every one of the given versions; those that are not there are left out.</summary>
    /// <param name="wanted">Number and version; version 0: the newest.</param>
    public async Task<IReadOnlyDictionary<(long Id, int Version), LibraryEntry>> FindManyAsync(LibraryKind kind, IReadOnlyCollection<(long Id, int Version)> wanted, CancellationToken cancellation = default)
    {
        var ids = wanted.Select(one => one.Id).ToHashSet();
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var items = await context.LibraryItems.AsNoTracking().Where(item => item.Kind == kind && item.DeletedAt == null && ids.Contains(item.Id)).ToDictionaryAsync(item => item.Id, cancellation);
        var numbers = wanted.Select(one => one.Version).Concat(items.Values.Select(item => item.Latest)).ToHashSet();
        var versions = await context.LibraryVersions.AsNoTracking().Where(version => ids.Contains(version.ItemId) && numbers.Contains(version.Number)).ToDictionaryAsync(version => (version.ItemId, version.Number), cancellation);
        var found = new Dictionary<(long, int), LibraryEntry>();
        foreach (var one in wanted)
            if (items.TryGetValue(one.Id, out var item) && versions.TryGetValue((one.Id, one.Version == 0 ? item.Latest : one.Version), out var version)) found[one] = new(item, version);
        return found;
    }

    /// <summary>The item of that name, with its newest version, or null.</summary>
    public async Task<LibraryEntry?> FindAsync(LibraryKind kind, string name, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var id = await context.LibraryItems.Where(item => item.Kind == kind && item.DeletedAt == null && item.Name == name).Select(item => (long?)item.Id).FirstOrDefaultAsync(cancellation);
        return id is { } found ? await FindAsync(kind, found, null, cancellation) : null;
    }

    /// <summary>The oldest item that has the content, with that version, or null.</summary>
    /// <param name="hash">"sha256:…".</param>
    public async Task<LibraryEntry?> FindContentAsync(LibraryKind kind, string hash, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await (
            from version in context.LibraryVersions.AsNoTracking()
            join item in context.LibraryItems.AsNoTracking() on version.ItemId equals item.Id
            where version.Hash == hash && item.Kind == kind && item.DeletedAt == null
            orderby version.Id
            select new { item, version }).FirstOrDefaultAsync(cancellation);
        return found is null ? null : new(found.item, found.version);
    }

    /// <summary>The content of all datasets and models that have rows, deleted ones among them: "sha256:…".</summary>
    public async Task<IReadOnlySet<string>> ContentAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return (await (
            from version in context.LibraryVersions
            join item in context.LibraryItems on version.ItemId equals item.Id
            where item.Kind == LibraryKind.Dataset || item.Kind == LibraryKind.Model
            select version.Hash).ToListAsync(cancellation)).ToHashSet();
    }

    /// <summary>Every version of an item, the newest first.</summary>
    public async Task<IReadOnlyList<LibraryVersion>> VersionsAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.LibraryVersions.AsNoTracking().Where(version => version.ItemId == id).OrderByDescending(version => version.Number).ToListAsync(cancellation);
    }

    /// <summary>How many items of each kind there are, archived ones left out.</summary>
    public async Task<IReadOnlyDictionary<LibraryKind, int>> CountsAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.LibraryItems.Where(item => item.DeletedAt == null && !item.Archived).GroupBy(item => item.Kind)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(pair => pair.Key, pair => pair.Count, cancellation);
    }

    /// <summary>Everything of the studio that is built on the item.</summary>
    public async Task<IReadOnlyList<LibraryUser>> UsersAsync(LibraryKind kind, long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await LibraryUsers.OfAsync(context, kind, id, cancellation);
    }

    /// <summary>The model that was trained last, where it is still there; else the first by name. Null: there is no model.</summary>
    public async Task<LibraryEntry?> UsualModelAsync(CancellationToken cancellation = default)
    {
        string? last;
        await using (var context = await contexts.CreateDbContextAsync(cancellation))
            last = await context.Runs.OrderByDescending(run => run.Id).Select(run => run.ModelReference).FirstOrDefaultAsync(cancellation);
        if (last is not null && await FindContentAsync(LibraryKind.Model, last, cancellation) is { } used) return used;
        return (await ListAsync(LibraryKind.Model, new() { Sort = "name", Descending = false, Take = 1 }, cancellation)).Items is [var first, ..] ? first : null;
    }
}
