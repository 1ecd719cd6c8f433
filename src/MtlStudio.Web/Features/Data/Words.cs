using MtlStudio.Store;

namespace MtlStudio.Web.Features.Data;

/// <summary>Words and addresses that the pages of data share.</summary>
internal static class Words
{
    public static string Of(LibraryKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The address of a kind's list.</summary>
    public static string Root(LibraryKind kind) => kind == LibraryKind.Mix ? "/data/mixes" : $"/data/{Of(kind)}s";

    /// <summary>"1 example", "1,234 examples".</summary>
    public static string Counted(long count, string one, string? many = null) => $"{Charts.Format.Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Where a user of an item is to be seen; null where it has no page.</summary>
    public static string? Href(LibraryUser user) => user.Kind switch
    {
        "run" => $"/runs/{user.Id}",
        "task" => $"/data/tasks/{user.Id}",
        "mix" => $"/data/mixes/{user.Id}",
        "preset" => $"/new?preset={Uri.EscapeDataString(user.Name)}",
        _ => null,
    };
}
