using MtlStudio.Store;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>
/// What the address of a new review says: <c>?runs=1,2@100&amp;task=qa&amp;task=summary&amp;split=test&amp;filter=changed&amp;count=50&amp;blind=false&amp;example=qa:17&amp;slice=label=bad&amp;tagged=off topic</c>.
/// A run's step stands after "@". What makes no sense is taken as not said.
/// </summary>
public static class ReviewQuery
{
    public static ReviewDraft Read(string? runs, string[]? tasks, string? split, string? filter, int? count, bool? blind, string[]? examples, string[]? slices = null, string? tagged = null)
    {
        var chosen = (examples ?? []).Select(Example).OfType<ReviewExample>().Distinct().ToList();
        return new()
        {
            Runs = [.. (runs ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Entry).OfType<ReviewEntry>().Distinct().Take(ReviewDraft.MaxRuns)],
            Tasks = [.. (tasks ?? []).Distinct()],
            Split = split is "test" or "validation" ? split : null,
            Filter = chosen.Count > 0 ? ReviewFilter.Chosen
                : Enum.TryParse<ReviewFilter>(filter, ignoreCase: true, out var named) && Enum.IsDefined(named) && named != ReviewFilter.Chosen ? named : ReviewFilter.Random,
            PerTask = count is >= 1 and <= ReviewDraft.MaxPerTask ? count.Value : new ReviewDraft().PerTask,
            Blind = blind ?? true,
            Chosen = chosen,
            Slices = [.. (slices ?? []).Select(Slice).OfType<ReviewSlice>().Distinct().Take(ReviewDraft.MaxSlices)],
            Tagged = string.IsNullOrWhiteSpace(tagged) ? null : tagged,
        };
    }

    /// <summary>The query's names and values for a draft; null where the value is the usual one.</summary>
    public static (string Name, object? Value)[] Write(ReviewDraft draft) =>
    [
        ("runs", draft.Runs.Count == 0 ? null : string.Join(',', draft.Runs.Select(entry => entry.Step is { } step ? $"{entry.Run}@{step}" : $"{entry.Run}"))),
        ("task", draft.Tasks.Count == 0 ? null : draft.Tasks.ToArray()),
        ("split", draft.Split),
        ("filter", draft.Filter is ReviewFilter.Random or ReviewFilter.Chosen ? null : draft.Filter.ToString().ToLowerInvariant()),
        ("count", draft.PerTask == new ReviewDraft().PerTask ? null : draft.PerTask),
        ("blind", draft.Blind ? null : "false"),
        ("slice", draft.Slices.Count == 0 ? null : draft.Slices.Select(slice => $"{slice.Column}={slice.Value}").ToArray()),
        ("tagged", draft.Tagged),
        ("example", draft.Chosen.Count == 0 ? null : draft.Chosen.Select(one => $"{one.Task}:{one.Example}").ToArray()),
    ];

    private static ReviewEntry? Entry(string text)
    {
        var parts = text.Split('@');
        if (parts.Length > 2 || !long.TryParse(parts[0], out var run)) return null;
        return parts.Length == 1 ? new(run) : int.TryParse(parts[1], out var step) ? new(run, step) : null;
    }

    /// <summary>The column ends at the first "=".</summary>
    private static ReviewSlice? Slice(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? new(text[..at], text[(at + 1)..]) : null;

    private static ReviewExample? Example(string text) =>
        text.LastIndexOf(':') is > 0 and var at && int.TryParse(text[(at + 1)..], out var row) && row >= 0 ? new(text[..at], row) : null;
}
