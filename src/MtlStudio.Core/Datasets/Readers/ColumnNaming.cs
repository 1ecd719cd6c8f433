namespace MtlStudio.Core.Datasets;

/// <summary>Names for the columns of delimited text and Parquet, checked.</summary>
internal static class ColumnNaming
{
    /// <param name="own">The file's own names, or null where it has none.</param>
    /// <param name="count">How many columns the file has.</param>
    /// <exception cref="Runs.InvalidInputException">Too many or too few given names, one twice, one too long, too many columns.</exception>
    public static ColumnSet Decide(ReadContext context, long? line, IReadOnlyList<string>? own, int count)
    {
        if (count > DatasetLimits.Columns)
            throw context.Faults.Fatal(context.Name, line, $"it has {count:N0} columns, and {DatasetLimits.Columns:N0} are the most: is the delimiter right?");
        var given = context.Format.ColumnNames;
        if (given is not null && given.Count != count)
            throw context.Faults.Fatal(context.Name, line, $"{given.Count} column names were given ({string.Join(", ", given)}), but it has {count} columns: give {count}");
        var names = Enumerable.Range(0, count)
            .Select(i => (given ?? own)?[i].Trim() is { Length: > 0 } name ? name : $"column{i + 1}").ToList();
        foreach (var name in names.Where(name => name.Length > DatasetLimits.ColumnNameLength))
            throw context.Faults.Fatal(context.Name, line,
                $"a column's name has {name.Length:N0} characters, and {DatasetLimits.ColumnNameLength} are the most (\"{name[..40]}…\"): is the first row a header at all?");
        var twice = names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"\"{group.Key}\"").ToList();
        if (twice.Count > 0)
            throw context.Faults.Fatal(context.Name, line, $"the column {string.Join(", ", twice)} comes more than once: rename it in the file, give names for all {count} columns, or say that there is no header");
        return new ColumnSet(names);
    }
}
