using MtlStudio.Core.Analysis;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>One line's score of a task beside its reference; of grouped seeds, theirs together.</summary>
public sealed record LineValue(CompareLine Line, CompareTask Task, TaskValue Value)
{
    /// <summary>How much better, in points of 100 (in percent of the reference where the metric has no scale): above 0 is better whichever way the metric runs.</summary>
    public double? Gain => Scaled(Value.Delta);

    /// <summary>The ends of the gain's interval, the lower first.</summary>
    public (double Low, double High)? Interval => Scaled(Value.Low) is { } low && Scaled(Value.High) is { } high && double.IsFinite(low) && double.IsFinite(high) ? (Math.Min(low, high), Math.Max(low, high)) : null;

    /// <summary>The smallest gain that matters, in the same unit.</summary>
    public double? Smallest => Scaled(Value.Smallest) is { } smallest ? Math.Abs(smallest) : null;

    /// <summary>Whether the interval lies off zero by more than what matters, or within it: not "unclear".</summary>
    public bool IsSure => Value.Verdict is Verdict.Helped or Verdict.Hurt or Verdict.Same;

    private double? Scaled(double? inUnit) => (Task.HigherIsBetter ? 1 : -1) * Task.Unit switch
    {
        "fraction" => 100 * inUnit,
        "points" => inUnit,
        _ => Value.ReferenceValue is { } beside && beside != 0 ? 100 * inUnit / Math.Abs(beside) : null,
    };
}

/// <summary>A task with a value a line that trains it.</summary>
public sealed record VerdictRow(CompareTask Task, IReadOnlyList<LineValue> Values)
{
    /// <summary>The lowest gain of any line; null where there is none.</summary>
    public double? Worst => Values.Min(value => value.Gain);

    /// <summary>The widest smallest difference that matters of its values.</summary>
    public double Smallest => Values.Max(value => value.Smallest) ?? SmallestDifference.DefaultPoints;
}

/// <summary>Δm of a line.</summary>
public sealed record LineDeltaM(CompareLine Line, RunDeltaM DeltaM);

/// <summary>The comparison as the page shows it: tasks by their gain, what was lost first.</summary>
public sealed record VerdictBook(string Reference, IReadOnlyList<VerdictRow> Rows, IReadOnlyList<LineDeltaM> DeltaM)
{
    public static VerdictBook Empty { get; } = new(CompareReference.Baseline, [], []);

    /// <summary>True where anything stands beside a reference.</summary>
    public bool HasDeltas => Rows.Any(row => row.Values.Any(value => value.Gain is not null));

    public IEnumerable<LineValue> Values => Rows.SelectMany(row => row.Values);

    public static VerdictBook Of(CompareView view, Comparison comparison)
    {
        // A run beside itself says nothing.
        var pinned = CompareReference.Run(view.Reference);
        List<CompareLine> lines = [.. view.Lines.Where(line => line.Runs.Any(run => run.Id != pinned))];
        var rows = new List<VerdictRow>();
        foreach (var task in view.Set.Tasks)
        {
            var values = new List<LineValue>();
            foreach (var line in lines)
                if (ValueOf(comparison, line, task.Name) is { } value) values.Add(new(line, task, value));
            if (values.Count > 0) rows.Add(new(task, values));
        }
        return new(view.Reference, [.. rows.OrderBy(row => row.Worst is null).ThenBy(row => row.Worst)], [.. lines.Select(line => new LineDeltaM(line, DeltaMOf(comparison, line)))]);
    }

    private static SeedGroup? GroupOf(Comparison comparison, CompareLine line) =>
        line.Runs.Count < 2 ? null : comparison.Groups.FirstOrDefault(group => group.Runs.Count > 1 && group.Runs.All(id => line.Runs.Any(run => run.Id == id)));

    private static TaskValue? ValueOf(Comparison comparison, CompareLine line, string task)
    {
        var tasks = GroupOf(comparison, line)?.Tasks ?? comparison.Tasks;
        return tasks.FirstOrDefault(one => one.Task == task)?.Values.FirstOrDefault(value => line.Runs.Any(run => run.Id == value.Run));
    }

    private static RunDeltaM DeltaMOf(Comparison comparison, CompareLine line) =>
        (GroupOf(comparison, line)?.DeltaM ?? comparison.DeltaM.First(one => line.Runs.Any(run => run.Id == one.Run))).Sound();
}
