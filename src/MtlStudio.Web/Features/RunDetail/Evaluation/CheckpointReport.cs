using MtlStudio.Core.Analysis;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Evaluation;

/// <summary>One task's row of the checkpoints' table.</summary>
/// <param name="Scores">(checkpoints): its primary metric on validation; NaN where it was not evaluated.</param>
/// <param name="Test">On test, at <see cref="CheckpointReport.TestStep"/>.</param>
public sealed record CheckpointRow(TaskInfo Task, IReadOnlyList<double> Scores, double? Reference, TaskChoice? Choice, double? Test);

/// <summary>The checkpoints that stand, what each task would have of them, and which one to keep.</summary>
/// <param name="TestStep">The checkpoint that the test split was scored with; null: it was not scored.</param>
public sealed record CheckpointReport(IReadOnlyList<Checkpoint> Checkpoints, IReadOnlyList<double> Unified, IReadOnlyList<CheckpointRow> Rows, CheckpointChoice Choice, double Margin, int? TestStep)
{
    /// <summary>The step to keep or, where no checkpoint keeps all floors, the best by the unified score; null where none was evaluated.</summary>
    public int? Suggested => Step(Choice.Chosen >= 0 ? Choice.Chosen : Choice.Best);

    public static CheckpointReport Of(RunSnapshot now, Reference reference, double margin)
    {
        List<Checkpoint> standing = [.. now.Checkpoints.OrderBy(row => row.Step).DistinctBy(row => row.Step)];
        double[] unified = [.. standing.Select(row => UnifiedAt(now, row.Step))];
        // At step 0 it is the untuned model that test was scored with.
        int? test = now.Scores.Steps(ScoreBook.Test).Where(step => step > 0).Select(step => (int?)step).Max();
        var scored = now.Tasks.Select(task => (Task: task, Score: new CheckpointTask(task.Name, [.. standing.Select(row => now.Scores.At(task.Name, task.Metric, row.Step) ?? double.NaN)],
            ReferenceOf(now, reference, task), PointsPerUnit(task.Unit), task.HigherIsBetter))).ToList();
        // An auxiliary task trains for the others' sake: it has no floor of its own.
        var choice = CheckpointChoice.Of([.. scored.Where(one => one.Task.Spec.Role != "auxiliary").Select(one => one.Score)], unified, margin);
        return new(standing, unified, [.. scored.Select(one => new CheckpointRow(one.Task, one.Score.Values, one.Score.Reference,
            choice.Tasks.FirstOrDefault(row => row.Name == one.Task.Name), test is { } step ? now.Scores.At(one.Task.Name, one.Task.Metric, step, ScoreBook.Test) : null))], choice, margin, test);
    }

    /// <summary>What the table says first: the checkpoint to keep, or the floor that none keeps.</summary>
    public string Sentence
    {
        get
        {
            if (Step(Choice.Best) is not { } best) return "No checkpoint that stands was evaluated: there is nothing to choose by.";
            if (Rows.All(row => row.Choice?.Floor is null)) return $"Step {Format.Count(best)} is the best by unified score. There is no reference yet to count a floor from.";
            if (Step(Choice.Chosen) is { } chosen)
            {
                var text = $"Keep step {Format.Count(chosen)}: {(chosen == best ? "the best by unified score, and no task is below its floor" : $"of those that keep every floor it has the best unified score (step {Format.Count(best)} has a higher one and does not)")}.";
                return Dearest is { } dear ? $"{text} {dear.Task.Name} gives up most by it: {Lost(dear)} beside its own best, step {Format.Count(Step(dear.Choice!.OwnBest))}." : text;
            }
            if (Choice.Unkept is [var first, ..] && Rows.First(row => row.Task.Name == first) is { Choice: { } lacking } row1)
                return $"No checkpoint keeps {first}'s floor of {Text(row1, lacking.Floor)}: its best, step {Format.Count(Step(lacking.OwnBest))}, has {Text(row1, row1.Scores[lacking.OwnBest])}."
                    + (Choice.Unkept.Count > 1 ? $" So it is with {Choice.Unkept.Count - 1} more." : "") + $" The best by unified score is step {Format.Count(best)}.";
            var missed = Choice.Tasks.Where(task => !task.Kept[Choice.Best]).Select(task => task.Name).ToList();
            return $"Every floor is kept by some checkpoint, but no checkpoint keeps them all: step {Format.Count(best)}, the best by unified score, is below that of {string.Join(", ", missed.Take(3))}{(missed.Count > 3 ? $" and {missed.Count - 3} more" : "")}.";
        }
    }

    private CheckpointRow? Dearest => Rows.Where(row => row.Choice?.Cost is { } cost && cost * PointsPerUnit(row.Task.Unit) >= Margin && cost > 0)
        .MaxBy(row => row.Choice!.Cost * PointsPerUnit(row.Task.Unit));

    private int? Step(int place) => place >= 0 ? Checkpoints[place].Step : null;

    private static string Text(CheckpointRow row, double? value) => $"{Format.Score(value, row.Task.Unit)} {Format.ScoreUnit(row.Task.Unit)}".TrimEnd();

    /// <summary>As "1.2 points".</summary>
    private static string Lost(CheckpointRow row) => row.Task.Unit is "fraction" or "points" ? $"{row.Choice!.Cost * PointsPerUnit(row.Task.Unit):0.0} points" : Format.Number(row.Choice!.Cost);

    /// <summary>The baseline's (or the pinned run's) own best on validation (both sides choose one checkpoint there), or the untuned model's score.</summary>
    private static double? ReferenceOf(RunSnapshot now, Reference reference, TaskInfo task)
    {
        if (reference == Reference.Untuned) return now.Scores.At(task.Name, task.Metric, 0);
        var curve = now.Behind(reference).FirstOrDefault(row => row.Task == task.Name)?.Scores.Curve(task.Name, task.Metric).Where(row => row.Step > 0 && double.IsFinite(row.Score)).Select(row => row.Score).ToList();
        return curve is not { Count: > 0 } ? null : task.HigherIsBetter ? curve.Max() : curve.Min();
    }

    private static double UnifiedAt(RunSnapshot now, int step) => now.Scores.At("", EvaluationScore.Unified, step) ?? double.NaN;

    private static double PointsPerUnit(string unit) => unit switch { "fraction" => 100, "points" => 1, _ => 0 };
}
