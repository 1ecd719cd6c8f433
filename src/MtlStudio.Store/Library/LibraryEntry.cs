namespace MtlStudio.Store;

/// <summary>An item with one of its versions.</summary>
public sealed record LibraryEntry(LibraryItem Item, LibraryVersion Version);

/// <summary>What becomes a version.</summary>
/// <param name="Hash">"sha256:…" of the content.</param>
/// <param name="BodyJson">What the kind keeps of it.</param>
/// <param name="Size">In the kind's unit.</param>
/// <param name="Links">What it is built on: content hashes, or <see cref="LibraryLink.ItemKey"/>.</param>
public sealed record LibraryContent(string Hash, string BodyJson, long Size, long Bytes, IReadOnlyList<string> Links)
{
    /// <summary>What was changed.</summary>
    public string? Note { get; init; }
    /// <summary>When the content was made; null: now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Changes of an item's own fields; null leaves one as it is, an empty text takes it away.</summary>
public sealed record LibraryEdit
{
    public string? Name { get; init; }
    public string? Note { get; init; }
    public string? Licence { get; init; }
    public string? Source { get; init; }
    public bool? Archived { get; init; }
}

/// <summary>Who is built on an item.</summary>
/// <param name="Kind">"run", "preset", or a <see cref="LibraryKind"/> in lower case.</param>
/// <param name="Id">0 for a preset.</param>
/// <param name="Detail">Which of its versions, or the run's state.</param>
public sealed record LibraryUser(string Kind, long Id, string Name, string? Detail = null);

/// <summary>Which items, in which order, which page. Null or empty filters nothing.</summary>
public sealed record LibraryFilter
{
    /// <summary>Found in name, note, licence or source, whatever the case of its letters.</summary>
    public string? Text { get; init; }
    /// <summary>True: archived ones only. False (the default): the others. Null: all.</summary>
    public bool? Archived { get; init; } = false;
    /// <summary>One of <see cref="LibraryReader.SortKeys"/>.</summary>
    public string Sort { get; init; } = "updatedAt";
    public bool Descending { get; init; } = true;
    public int Skip { get; init; }
    public int Take { get; init; } = 100;
}

/// <summary>There is no such item (any more).</summary>
public sealed class LibraryNotFoundException(LibraryKind kind, string given) : Exception($"There is no {kind.ToString().ToLowerInvariant()} {given}")
{
    public LibraryKind Kind { get; } = kind;
}

/// <summary>The item is in use; nothing was changed. The API answers 409 with the message and the users.</summary>
public sealed class LibraryInUseException(string message, IReadOnlyList<LibraryUser> users) : Exception(message)
{
    public IReadOnlyList<LibraryUser> Users { get; } = users;

    internal static LibraryInUseException Of(LibraryItem item, IReadOnlyList<LibraryUser> users)
    {
        var named = string.Join(", ", users.Take(5).Select(user => user.Id > 0 && user.Kind == "run" ? $"run {user.Id} ({user.Name})" : $"{user.Kind} {user.Name}"));
        var more = users.Count > 5 ? $" and {users.Count - 5} more" : "";
        return new($"{item.Name} is used by {named}{more}: delete {(users.Count == 1 ? "that" : "those")} first, or archive it", users);
    }
}
