namespace MtlStudio.Store;

/// <summary>Reads the task out of a series' name, as <see cref="Core.Runs.SeriesNames"/> makes them.</summary>
public static class SeriesTask
{
    private static readonly string[] Prefixes = ["loss/train/", "loss/validation/", "gap/", "weight/", "share/", "gradnorm/", "examples/", "tokens/"];

    /// <summary>The one task that the series is about, or null (of all tasks, or of a pair).</summary>
    public static string? Of(string series)
    {
        const string metric = "metric/";
        if (series.StartsWith(metric, StringComparison.Ordinal))
        {
            var end = series.IndexOf('/', metric.Length);
            return end > metric.Length ? series[metric.Length..end] : null;
        }
        var prefix = Prefixes.FirstOrDefault(prefix => series.StartsWith(prefix, StringComparison.Ordinal));
        return prefix is null || series.Length == prefix.Length ? null : series[prefix.Length..];
    }
}
