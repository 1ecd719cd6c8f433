using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Keeps the examples of a slice: those whose data row has given values, and those that an earlier review tagged.</summary>
internal static class ReviewSlices
{
    /// <summary>"label = bad, tagged wrong fact"; null where nothing is sliced.</summary>
    public static string? Describe(ReviewDraft draft)
    {
        var parts = draft.Slices.Select(slice => $"{slice.Column} = {(slice.Value.Length > 0 ? slice.Value : "(empty)")}").ToList();
        if (draft.Tagged is { } tag) parts.Add($"tagged {tag}");
        return parts.Count > 0 ? string.Join(", ", parts) : null;
    }

    /// <param name="tasks">Tasks with the examples in common; those whose data lacks a column are left out.</param>
    /// <exception cref="InvalidInputException">No task's data has the column.</exception>
    public static async Task<List<PoolTask>> ApplyAsync(StudioContext context, DataFolder data, ReviewDraft draft, RunSpec spec, string split, List<PoolTask> tasks, CancellationToken cancellation)
    {
        if (draft.Slices.Count > 0) tasks = await Task.Run(() => OfValues(data, draft.Slices, spec, split, tasks, cancellation), cancellation);
        if (draft.Tagged is not { } tag) return tasks;
        var tagged = await TaggedAsync(context, tag, split, [.. tasks.Select(task => task.Name)], cancellation);
        // The row number alone is no sign: the review may have been of other data.
        return tasks.ConvertAll(task => task with { Examples = [.. task.Examples.Where(example => tagged.Contains((example.Task, example.Example, example.Answers[0].Input)))] });
    }

    private static List<PoolTask> OfValues(DataFolder data, IReadOnlyList<ReviewSlice> slices, RunSpec spec, string split, List<PoolTask> tasks, CancellationToken cancellation)
    {
        var (kept, seen) = (new List<PoolTask>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var task in tasks)
        {
            var from = spec.Tasks.First(one => one.Name == task.Name).Data;
            // Files of a path are not kept by the studio: they may have changed since.
            if (from.Dataset is not { } reference || !DataFolder.IsHash(reference) || Open(reference, data) is not { } version) continue;
            using (version)
            {
                seen.UnionWith(version.Columns);
                if (!slices.All(slice => version.Columns.Contains(slice.Column))) continue;
                kept.Add(task with { Examples = [.. task.Examples.Where(example => Holds(version, example))] });
            }

            bool Holds(DatasetVersion rows, PoolExample example)
            {
                cancellation.ThrowIfCancellationRequested();
                if (example.Example >= rows.Count(split)) return false;
                var row = rows.Get(split, example.Example);
                return slices.All(slice => (row.TryGet(slice.Column, out var cell) ? cell.ToString() : "") == slice.Value);
            }
        }
        return kept.Count > 0 ? kept : throw new InvalidInputException("slices",
            $"No task's data has {(slices.Count == 1 ? $"the column \"{slices[0].Column}\"" : $"all of the columns {string.Join(", ", slices.Select(slice => slice.Column))}")}{(seen.Count > 0 ? $": there are {string.Join(", ", seen.Take(20))}" : ": the runs' data are no kept datasets")}");
    }

    private static DatasetVersion? Open(string reference, DataFolder data)
    {
        try
        {
            return DatasetVersion.Open(DataFolder.Resolve(reference, "data", data.Root, data, root => root.Datasets));
        }
        catch (InvalidInputException)
        {
            return null; // deleted since
        }
    }

    private static async Task<HashSet<(string, int, string)>> TaggedAsync(StudioContext context, string tag, string split, List<string> tasks, CancellationToken cancellation)
    {
        var quoted = ReviewJson.Write(tag);
        var found = await (
            from vote in context.ReviewVotes
            join item in context.ReviewItems on vote.ItemId equals item.Id
            join review in context.Reviews on item.ReviewId equals review.Id
            where review.Split == split && tasks.Contains(item.Task) && vote.TagsJson.Contains(quoted)
            select new { item.Task, item.Example, item.Input, vote.TagsJson }).ToListAsync(cancellation);
        return [.. found.Where(row => new ReviewVote { TagsJson = row.TagsJson }.ReadTags().Values.Any(tags => tags.Contains(tag))).Select(row => (row.Task, row.Example, row.Input))];
    }
}
