using MtlStudio.Core;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>Made-up test scores, as a trainer writes them: how many examples are right is a trait of the run.</summary>
internal static class FakeEvaluation
{
    public const int Examples = 400;

    /// <summary>Examples whose outputs are kept.</summary>
    private const int Kept = 5;

    /// <summary>The events of one evaluation of the test split.</summary>
    /// <param name="right">Of 100 examples, how many are answered rightly; the easy ones first, the same ones for every run.</param>
    public static IEnumerable<RunEvent> Of(RunSpec spec, int step, int right)
    {
        var scores = new List<TaskScores>();
        foreach (var task in spec.Tasks.Where(task => spec.Baseline is null || spec.Baseline.Task == task.Name))
        {
            double[] answers = [.. Enumerable.Range(0, Examples).Select(row => Luck(task, row, 0) * 80 + Luck(task, row, spec.Seed * 10_000 + step + 1) * 20 < right ? 1.0 : 0)];
            foreach (var row in Enumerable.Range(0, Kept))
                yield return new SampleEvent { Step = step, Split = "test", Task = task.Name, Example = row, Input = $"input {row}", References = ["yes"], Output = answers[row] > 0 ? "yes" : "no", Loss = 1 };
            yield return new ExampleScoresEvent
            {
                Step = step, Split = "test", Task = task.Name, Examples = [.. Enumerable.Range(0, Examples)], Losses = [.. answers.Select(answer => 2 - answer)], Tokens = [.. answers.Select(_ => 1)],
                Metrics = [.. RunSpecValidator.EffectiveMetrics(task).Select(metric => MetricStatistics.Of(metric, [.. answers.Select(answer => new[] { answer })]))],
            };
            scores.Add(new() { Task = task.Name, Loss = answers.Average(answer => 2 - answer), Examples = Examples, Metrics = RunSpecValidator.EffectiveMetrics(task).ToDictionary(metric => metric, _ => answers.Average()) });
        }
        yield return new EvaluationEvent { Step = step, Split = "test", Tasks = scores };
    }

    private static double Luck(TaskSpec task, int row, long counter) => new KeyedRandom(1, $"fake test {task.Name}", row, counter).NextDouble();
}
