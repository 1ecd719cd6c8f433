using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>Who is built on an item of the library.</summary>
internal static class LibraryUsers
{
    /// <summary>
    /// Runs hold on to the content of datasets and models; tasks to datasets; mixes to tasks. A run keeps its tasks and shares
    /// in its own spec, so it holds on to no task and no mix.
    /// </summary>
    public static async Task<IReadOnlyList<LibraryUser>> OfAsync(StudioContext context, LibraryKind kind, long id, CancellationToken cancellation)
    {
        var hashes = kind is LibraryKind.Dataset or LibraryKind.Model ? await UnsharedAsync(context, kind, id, cancellation) : [];
        var targets = kind is LibraryKind.Dataset or LibraryKind.Model ? hashes : [LibraryLink.ItemKey(kind, id)];
        var users = await LinkedAsync(context, targets, cancellation);
        foreach (var hash in hashes)
            users.AddRange((await context.Runs.Where(run => kind == LibraryKind.Model ? run.ModelReference == hash : run.SpecJson.Contains(hash))
                .OrderByDescending(run => run.Id).Select(run => new { run.Id, run.Name, run.State }).ToListAsync(cancellation))
                .Select(run => new LibraryUser("run", run.Id, run.Name, RunStateException.Word(run.State))));
        return [.. users.DistinctBy(user => (user.Kind, user.Id))];
    }

    /// <summary>The item's content that no other item keeps: another's copy is as good.</summary>
    private static async Task<IReadOnlyList<string>> UnsharedAsync(StudioContext context, LibraryKind kind, long id, CancellationToken cancellation) =>
        await context.LibraryVersions.Where(version => version.ItemId == id && !context.LibraryVersions.Any(other => other.Hash == version.Hash && other.ItemId != id
                && context.LibraryItems.Any(item => item.Id == other.ItemId && item.Kind == kind && item.DeletedAt == null)))
            .Select(version => version.Hash).Distinct().ToListAsync(cancellation);

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
