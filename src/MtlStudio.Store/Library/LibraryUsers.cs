using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>Who is built on an item of the library.</summary>
internal static class LibraryUsers
{
    /// <summary>Tasks are built on datasets and mixes on tasks; runs trained any of them. A version that another item keeps as well holds nobody: that copy is as good.</summary>
    public static async Task<IReadOnlyList<LibraryUser>> OfAsync(StudioContext context, LibraryKind kind, long id, CancellationToken cancellation)
    {
        var versions = await UnsharedAsync(context, kind, id, cancellation);
        var hashes = versions.Select(version => version.Hash).Distinct().ToList();
        if (kind is LibraryKind.Task or LibraryKind.Mix)
            return [.. await LinkedAsync(context, [LibraryLink.ItemKey(kind, id)], cancellation), .. await LibraryRuns.OfAsync(context, kind, versions, cancellation)];
        var users = await LinkedAsync(context, hashes, cancellation);
        foreach (var hash in hashes)
            users.AddRange((await context.Runs.Where(run => kind == LibraryKind.Model ? run.ModelReference == hash : run.SpecJson.Contains(hash))
                .OrderByDescending(run => run.Id).Select(run => new { run.Id, run.Name, run.State }).ToListAsync(cancellation))
                .Select(run => new LibraryUser("run", run.Id, run.Name, RunStateException.Word(run.State))));
        return [.. users.DistinctBy(user => (user.Kind, user.Id))];
    }

    /// <summary>The item's versions that no other item keeps.</summary>
    private static async Task<IReadOnlyList<LibraryVersion>> UnsharedAsync(StudioContext context, LibraryKind kind, long id, CancellationToken cancellation) =>
        await context.LibraryVersions.AsNoTracking().Where(version => version.ItemId == id && !context.LibraryVersions.Any(other => other.Hash == version.Hash && other.ItemId != id
                && context.LibraryItems.Any(item => item.Id == other.ItemId && item.Kind == kind && item.DeletedAt == null))).ToListAsync(cancellation);

    private static async Task<List<LibraryUser>> LinkedAsync(StudioContext context, IReadOnlyList<string> targets, CancellationToken cancellation)
    {
        var linked = await (
            from link in context.LibraryLinks
            where targets.Contains(link.Target)
            join version in context.LibraryVersions on link.VersionId equals version.Id
            join item in context.LibraryItems on version.ItemId equals item.Id
            where item.DeletedAt == null
            select new { item.Kind, item.Id, item.Name, version.Number, item.Latest }).Distinct().ToListAsync(cancellation);
        return [.. linked.GroupBy(row => (row.Kind, row.Id, row.Name, row.Latest)).OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => new LibraryUser(group.Key.Kind.ToString().ToLowerInvariant(), group.Key.Id, group.Key.Name,
                $"version{(group.Count() > 1 ? "s" : "")} {string.Join(", ", group.Select(row => row.Number).Order())} of {group.Key.Latest}"))];
    }
}
