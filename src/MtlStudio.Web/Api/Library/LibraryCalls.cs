using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>The calls that datasets, tasks, mixes and models have alike.</summary>
internal static class LibraryCalls
{
    /// <summary>Maps rename, clone, delete, restore, versions and uses beside a kind's own calls.</summary>
    /// <param name="view">Reads an item as the API shows it.</param>
    public static void MapShelf<T>(this RouteGroupBuilder group, LibraryKind kind, Func<IServiceProvider, long, int?, CancellationToken, Task<T>> view)
    {
        var (word, root) = (kind.ToString().ToLowerInvariant(), $"{StudioApi.Root}/{Plural(kind)}");
        group.MapPatch("/{id:long}", async (long id, LibraryChange change, LibraryShelf shelf, IServiceProvider services, CancellationToken cancellation) =>
        {
            await shelf.EditAsync(kind, id, change.Checked(), cancellation);
            return await view(services, id, null, cancellation);
        }).WithSummary($"Renames a {word}, changes its notes, or archives it. What is left out stays; an empty text takes it away.").RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);

        group.MapPost("/{id:long}/clone", async (long id, LibraryShelf shelf, IServiceProvider services, CancellationToken cancellation, string? name = null, int? version = null) =>
        {
            var copy = await shelf.CloneAsync(kind, id, name, version, cancellation);
            return Results.Created($"{root}/{copy.Item.Id}", await view(services, copy.Item.Id, null, cancellation));
        }).WithSummary($"A new {word} of the same content, under another name.").Produces<T>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);

        group.MapDelete("/{id:long}", async (long id, LibraryShelf shelf, CancellationToken cancellation) =>
        {
            await shelf.DeleteAsync(kind, id, cancellation);
            return Results.NoContent();
        }).WithSummary($"Deletes a {word} that nothing is built on; `restore` undoes it for a minute. 409 names the users.")
            .Produces(StatusCodes.Status204NoContent).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPost("/{id:long}/restore", async (long id, LibraryShelf shelf, IServiceProvider services, CancellationToken cancellation) =>
        {
            await shelf.RestoreAsync(kind, id, cancellation);
            return await view(services, id, null, cancellation);
        }).WithSummary("Undoes a deletion that is at most a minute old.").RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);

        group.MapGet("/{id:long}/versions", async (long id, LibraryShelf shelf, IServiceProvider services, CancellationToken cancellation) =>
        {
            await view(services, id, null, cancellation);
            return (IReadOnlyList<VersionView>)[.. (await shelf.VersionsAsync(id, cancellation)).Select(VersionView.Of)];
        }).WithSummary("Every version, the newest first.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);

        group.MapGet("/{id:long}/uses", async (long id, LibraryShelf shelf, IServiceProvider services, CancellationToken cancellation) =>
        {
            await view(services, id, null, cancellation);
            return await shelf.UsersAsync(kind, id, cancellation);
        }).WithSummary($"The runs, tasks, mixes and presets that are built on the {word}: while there are some, it is not deleted.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>What the query of a list says.</summary>
    /// <exception cref="InvalidInputException">A word that is none.</exception>
    public static LibraryFilter Filter(string? text, string? archived, string sort, string order, int skip, int take)
    {
        var errors = new List<FieldError>();
        if (archived is not (null or "true" or "false" or "all")) errors.Add(new("archived", $"Archived must be true, false or all (you gave \"{archived}\")"));
        if (order is not ("asc" or "desc")) errors.Add(new("order", $"Order must be asc or desc (you gave \"{order}\")"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return new() { Text = text, Archived = archived == "all" ? null : archived == "true", Sort = sort, Descending = order == "desc", Skip = skip, Take = take };
    }

    /// <summary>"sha256:…" of a hash given with or without its prefix, or null where it is none: a number, or anything else.</summary>
    public static string? Hash(string given)
    {
        var hash = DataFolder.IsHash(given) ? given[DataFolder.HashPrefix.Length..] : given;
        return hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower) ? DataFolder.HashPrefix + hash : null;
    }

    /// <summary>The number that an address names an item by.</summary>
    /// <exception cref="LibraryNotFoundException">It is neither a number nor (seen before) a hash.</exception>
    public static long Id(LibraryKind kind, string given) => long.TryParse(given, out var id) ? id : throw new LibraryNotFoundException(kind, $"\"{given}\"");

    private static string Plural(LibraryKind kind) => kind == LibraryKind.Mix ? "mixes" : $"{kind.ToString().ToLowerInvariant()}s";
}

/// <summary>Changes of an item; what is null stays.</summary>
public sealed record LibraryChange(string? Name = null, string? Note = null, string? Licence = null, string? Source = null, bool? Archived = null)
{
    internal LibraryEdit Checked() => this == new LibraryChange()
        ? throw new InvalidInputException("body", "There is nothing to change: give name, note, licence, source or archived")
        : new() { Name = Name, Note = Note, Licence = Licence, Source = Source, Archived = Archived };
}

/// <summary>One version of an item.</summary>
/// <param name="Hash">Of its content, "sha256:…".</param>
/// <param name="Size">Training examples of a dataset or task, tasks of a mix, parameters of a model.</param>
/// <param name="Note">What was changed.</param>
public sealed record VersionView(int Version, string Hash, long Size, long Bytes, string? Note, long CreatedAt)
{
    internal static VersionView Of(LibraryVersion version) => new(version.Number, version.Hash, version.Size, version.Bytes, version.Note, version.CreatedAt.ToUnixTimeMilliseconds());
}
