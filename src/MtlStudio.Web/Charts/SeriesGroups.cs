using MtlStudio.Store;

namespace MtlStudio.Web.Charts;

/// <summary>Series of one kind: they share a panel, since they share a unit.</summary>
/// <param name="Key">The prefix of their names.</param>
public sealed record SeriesGroup(string Key, string Title, IReadOnlyList<Series> Series);

/// <summary>Sorts a run's series into kinds.</summary>
public static class SeriesGroups
{
    private static readonly (string Key, string Title)[] Kinds =
    [
        ("loss/train", "Training loss"), ("loss/validation", "Validation loss"), ("gap", "Gap: validation loss − training loss"), ("metric", "Scores"), ("score", "Unified score"), ("share", "Share of examples"),
        ("weight", "Effective coefficient"), ("cosine", "Cosine of task gradients"), ("gradnorm", "Gradient norm"), ("magnitude", "Gradient magnitude similarity"),
        ("conflicts", "Share of pairs whose gradients pull apart"), ("affinity", "What a step of one task does to another (below 0 it pays)"), ("layer-cosine", "Cosine of task gradients by layer"),
        ("layer-rest", "Cosine with the other tasks' gradients by layer"), ("layer-gradnorm", "Gradient norm by layer"), ("lr", "Learning rate"),
        ("tokens_per_second", "Tokens per second"), ("seconds/step", "Seconds per step"), ("examples", "Examples"), ("tokens", "Trained tokens"),
        ("system/memory", "Memory"), ("system/device_memory", "Device memory"), ("system/cpu", "Cores in use"), ("system/load", "Load"),
    ];

    /// <summary>Kinds whose series are named by a pair, or by a task and a layer.</summary>
    private static readonly string[] Joint = ["cosine", "magnitude", "layer-cosine", "layer-rest", "layer-gradnorm"];

    /// <summary>The kinds that have a point, in the order they are looked at. Scores of different metrics are kinds of their own.</summary>
    public static IReadOnlyList<SeriesGroup> Of(IEnumerable<Series> series) => [.. series.Where(row => row.Count > 0).GroupBy(row => KeyOf(row.Name))
        .OrderBy(group => Array.FindIndex(Kinds, kind => kind.Key == group.Key.Split(' ')[0]) is var place && place >= 0 ? place : Kinds.Length).ThenBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new SeriesGroup(group.Key, TitleOf(group.Key), [.. group.OrderBy(row => row.Name, StringComparer.Ordinal)]))];

    /// <summary>What is shown where nothing was chosen: the losses.</summary>
    public static IReadOnlyList<string> Default(IReadOnlyList<SeriesGroup> groups) =>
        [.. groups.Where(group => group.Key is "loss/train" or "loss/validation").SelectMany(group => group.Series).Select(row => row.Name).Take(Most)];

    /// <summary>Lines that a figure stays readable with.</summary>
    public const int Most = 40;

    /// <summary>The last part of a name, as the legend calls it: "qa" of "loss/train/qa"; a kind's own name where there is no more.</summary>
    public static string LabelOf(string name, string key)
    {
        var prefix = key.Split(' ')[0];
        var rest = name.Length > prefix.Length + 1 && name.StartsWith(prefix + "/", StringComparison.Ordinal) ? name[(prefix.Length + 1)..] : "";
        return rest.Length == 0 ? prefix == "loss/train" || prefix == "loss/validation" ? "all tasks" : name : prefix == "affinity" ? rest.Replace("/", " → ", StringComparison.Ordinal) : Joint.Contains(prefix) ? rest.Replace("/", " · ", StringComparison.Ordinal) : prefix == "metric" ? rest.Split('/')[0] : rest;
    }

    /// <summary>A series by itself in words: "Unified score", "Validation loss: qa".</summary>
    public static string NameOf(string series)
    {
        var key = KeyOf(series);
        var (title, label) = (TitleOf(key), LabelOf(series, key));
        return label == series || key == "score" ? title : $"{title}: {label}";
    }

    internal static string KeyOf(string name)
    {
        if (name.StartsWith("metric/", StringComparison.Ordinal) && name.LastIndexOf('/') is var end && end > "metric/".Length) return $"metric {name[(end + 1)..]}";
        foreach (var (key, _) in Kinds)
            if (name == key || name.StartsWith(key + "/", StringComparison.Ordinal)) return key;
        return name;
    }

    internal static string TitleOf(string key) => key.Split(' ') is ["metric", var metric] ? $"Scores: {metric}" : Kinds.FirstOrDefault(kind => kind.Key == key).Title ?? key;
}
