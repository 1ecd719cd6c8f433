using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Api;

/// <summary>The bounds of a page that is cut here and not by the store.</summary>
internal static class PageBounds
{
    public const int MaxTake = 1000;

    /// <exception cref="InvalidInputException">Out of range.</exception>
    public static void Check(int skip, int take)
    {
        var errors = new List<FieldError>();
        if (skip < 0) errors.Add(new("skip", $"Skip must be at least 0 (you gave {skip})"));
        if (take is < 1 or > MaxTake) errors.Add(new("take", $"Take must be from 1 to {MaxTake} (you gave {take})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    public static ApiPage<T> Cut<T>(IReadOnlyList<T> all, int skip, int take) => new([.. all.Skip(skip).Take(take)], all.Count, skip, take);
}
