namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Takes files out of a group whose columns are others than the first file's: they are no splits of one dataset.</summary>
internal static class GroupSplitter
{
    public static IEnumerable<ReadGroup> Read(IReadOnlyList<NamedFile> files, CancellationToken cancellation)
    {
        var group = GroupReader.Read(files, cancellation);
        if (files.Count == 1) return [group];
        // A file that cannot be read at all stays beside the others, so that its fault stands where it belongs.
        var alike = files.GroupBy(file => group.Read.Find(read => read.File == file) is { Columns.Count: > 0 } read ? Signature(read) : "").ToList();
        var first = alike.FirstOrDefault(one => one.Key.Length > 0)?.Key ?? "";
        var sets = alike.GroupBy(one => one.Key.Length == 0 ? first : one.Key).Select(one => one.SelectMany(same => same).ToList()).ToList();
        if (sets.Count == 1) return [group];
        return sets.Select((set, i) =>
        {
            var read = GroupReader.Read(i == 0 ? set : [.. set.Select(file => file with { Split = null })], cancellation);
            if (i > 0) read.Faults.Add(new(FaultSeverity.Warning, set[0].Name, null, $"its columns are not those of {sets[0][0].Name}, so it is taken for another dataset: give both the same columns if they belong together"));
            return read;
        });
    }

    /// <summary>An error for each file whose columns are others than the first one's: together they cannot be imported.</summary>
    public static IEnumerable<DataFault> Differences(ReadGroup group)
    {
        var read = group.Read.Where(file => file.Columns.Count > 0).ToList();
        return read.Skip(1).Where(file => Signature(file) != Signature(read[0])).Select(file => new DataFault(FaultSeverity.Error, file.File.Name, null,
            $"it has the columns {string.Join(", ", file.Columns)}, but {read[0].File.Name} has {string.Join(", ", read[0].Columns)}: give both the same columns, or take them apart again"));
    }

    private static string Signature(ReadFile file) => file.Format.IsDelimited || file.Format.Format == DataFormat.Parquet
        ? string.Join('\u001f', file.Columns.Order(StringComparer.Ordinal))
        : file.Format.Format == DataFormat.Text ? "text" : Json;

    // Rows of JSON may lack keys, so their columns say little about belonging together.
    private const string Json = "json";
}
