using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>What the library keeps.</summary>
public enum LibraryKind { Dataset, Task, Mix, Model }

/// <summary>A kept, named thing of the library. What it is stands in its versions, which never change; name and notes are its own.</summary>
public sealed class LibraryItem
{
    public long Id { get; set; }
    public LibraryKind Kind { get; set; }
    /// <summary>One of its kind among those that are not deleted.</summary>
    public string Name { get; set; } = "";
    public string? Note { get; set; }
    public string? Licence { get; set; }
    /// <summary>Where it came from: a URL, a paper, a colleague.</summary>
    public string? Source { get; set; }
    public bool Archived { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When name, notes or the newest version changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
    /// <summary>Set by a deletion that can still be undone.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    /// <summary>The number of the newest version.</summary>
    public int Latest { get; set; }
    public List<LibraryVersion> Versions { get; set; } = [];
}

/// <summary>One version of an item. Written once.</summary>
public sealed class LibraryVersion
{
    public long Id { get; set; }
    public long ItemId { get; set; }
    /// <summary>From 1, without gaps.</summary>
    public int Number { get; set; }
    /// <summary>"sha256:…": of a dataset's or model's content, which names its folder; of a task's or mix's body.</summary>
    public string Hash { get; set; } = "";
    /// <summary>What the kind keeps of it, as JSON.</summary>
    public string BodyJson { get; set; } = "{}";
    /// <summary>How large it is, in the kind's own unit: training examples, tasks, parameters.</summary>
    public long Size { get; set; }
    public long Bytes { get; set; }
    /// <summary>What was changed, in the user's words.</summary>
    public string? Note { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a version is built on, so that nothing in use is deleted.</summary>
public sealed class LibraryLink
{
    public long VersionId { get; set; }
    /// <summary>A content hash ("sha256:…"), or <see cref="ItemKey"/>.</summary>
    public string Target { get; set; } = "";

    /// <summary>How a link names an item, whatever its version.</summary>
    public static string ItemKey(LibraryKind kind, long id) => $"{kind.ToString().ToLowerInvariant()}:{id}";

    /// <summary>The number of the item that a link names, or null where it names content.</summary>
    internal static long? ItemOf(string target) => target.Split(':') is [not "sha256", var id] && long.TryParse(id, out var number) ? number : null;
}

internal static class LibraryTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<LibraryItem>(item =>
        {
            item.HasMany(i => i.Versions).WithOne().HasForeignKey(v => v.ItemId);
            item.HasIndex(i => new { i.Kind, i.Name });
        });
        model.Entity<LibraryVersion>(version =>
        {
            version.HasIndex(v => new { v.ItemId, v.Number }).IsUnique();
            version.HasIndex(v => v.Hash);
        });
        model.Entity<LibraryLink>(link =>
        {
            link.HasKey(l => new { l.VersionId, l.Target });
            link.HasIndex(l => l.Target);
            link.HasOne<LibraryVersion>().WithMany().HasForeignKey(l => l.VersionId);
        });
    }
}
