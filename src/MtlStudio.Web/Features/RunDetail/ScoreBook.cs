using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>A run's scores, found by split, task, metric and step.</summary>
public sealed class ScoreBook
{
    public const string Validation = "validation", Test = "test";

    private readonly Dictionary<(string Split, string Task, string Metric), List<EvaluationScore>> curves = [];
    private readonly Dictionary<string, SortedSet<int>> steps = [];

    public ScoreBook(IEnumerable<EvaluationScore> rows)
    {
        foreach (var row in rows.OrderBy(row => row.Step))
        {
            if (!curves.TryGetValue((row.Split, row.Task, row.Metric), out var curve)) curves[(row.Split, row.Task, row.Metric)] = curve = [];
            curve.Add(row);
            if (!steps.TryGetValue(row.Split, out var set)) steps[row.Split] = set = [];
            set.Add(row.Step);
        }
    }

    public static ScoreBook Empty { get; } = new([]);

    /// <summary>The steps that were evaluated, rising.</summary>
    public IReadOnlyCollection<int> Steps(string split = Validation) => steps.TryGetValue(split, out var set) ? set : [];

    /// <summary>One score by step, rising.</summary>
    public IReadOnlyList<EvaluationScore> Curve(string task, string metric, string split = Validation) => curves.GetValueOrDefault((split, task, metric)) ?? [];

    public double? At(string task, string metric, int step, string split = Validation) => Curve(task, metric, split).LastOrDefault(row => row.Step == step)?.Score;

    public EvaluationScore? Last(string task, string metric, string split = Validation) => Curve(task, metric, split) is [.., var last] ? last : null;
}
