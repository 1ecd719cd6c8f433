using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Regularization;

namespace MtlStudio.Training.Loop;

/// <summary>Turns what the loop does into events.</summary>
/// <param name="mix">The tasks of the mix, in the spec's order; results name them by index.</param>
/// <param name="trained">Those that are trained: all, or the one of a baseline.</param>
/// <param name="layers">Names of the layer groups that are looked at.</param>
public sealed class RunRecorder(EventLogWriter log, RunSpec spec, IReadOnlyList<TrainingTask> mix, IReadOnlyList<TrainingTask> trained, SystemProbe probe, IReadOnlyList<string> layers)
{
    private readonly SeriesBook series = new([.. trained.Select(task => task.Name)], [.. trained.Select(task => task.Metrics)], [.. trained.Select(task => spec.Tasks.First(known => known.Name == task.Name).Kind)], layers);
    private readonly InterferencePoints interference = new([.. mix.Select(task => task.Name)], trained.Count);

    public EventLogWriter Log => log;
    public SystemProbe Probe => probe;

    public void DeclareSeries() => log.Append(series.AsEvent());

    /// <summary>The points of one step. <paramref name="result"/> is null where a baseline had nothing to train in it.</summary>
    public void Step(LoopState after, StepResult? result, double rate, int inputTokens, TimeSpan took)
    {
        var values = new List<(string, double?)> { (SeriesNames.LearningRate, rate) };
        if (result is not null) values.AddRange([.. OfStep(result, inputTokens, took), .. Progress(after)]);
        if (result?.Gram is { } gram && spec.Telemetry.GradientEvery > 0 && (after.Step - 1) % spec.Telemetry.GradientEvery == 0)
            values.AddRange([.. OfGradients(result, gram), .. interference.Of(result, gram)]);
        if (result?.Effect is { } effect) values.AddRange(interference.Of(effect));
        log.Append(series.Points(after.Step, values) with { Examples = after.Examples.Values.Sum(), Tokens = after.Tokens.Values.Sum() });
        foreach (var task in result?.NonFinite ?? [])
            Alarm(after.Step, "non-finite-loss", mix[task].Name, $"The loss or the gradient of {mix[task].Name} is not finite at step {after.Step}: "
                + "lower the learning rate, clip the gradient, or look for broken examples");
        if (result is { Halved: true, MicroBatchLimit: { } limit })
            log.Append(new AlarmEvent
            {
                Step = after.Step, Kind = "out-of-memory", MicroBatchLimit = limit,
                Message = $"There was not enough memory for whole micro-batches at step {after.Step}: from here on at most {limit} examples go through the model at once. "
                    + "The effective batch and the loss stay as they were; steps take a little longer",
            });
        if (result?.Note is { } note) Say("warning", $"Step {after.Step}: {note}");
    }

    /// <summary>The scores of an evaluation, what each example scored, and samples.</summary>
    /// <param name="watch">The tasks' courses before this evaluation, for the gaps; null: none are told.</param>
    public void Evaluation(EvaluationResult result, WatchState? watch = null)
    {
        foreach (var sample in result.Samples) log.Append(sample);
        foreach (var examples in result.Examples) log.Append(examples);
        var scores = result.Scores;
        if (scores.Split == "validation")
        {
            var values = new List<(string, double?)> { (SeriesNames.UnifiedScore, scores.UnifiedScore), (SeriesNames.ValidationLoss, scores.Tasks.Count == 0 ? null : scores.Tasks.Average(task => task.Loss)) };
            foreach (var task in scores.Tasks)
            {
                values.Add((SeriesNames.TaskValidationLoss(task.Task), task.Loss));
                if (watch?.Tasks.GetValueOrDefault(task.Task) is { TrainTokens: > 0 } course) values.Add((SeriesNames.TaskGap(task.Task), task.Loss - course.TrainMean));
                if (!double.IsFinite(task.Loss)) Alarm(scores.Step, "non-finite-loss", task.Task, $"The validation loss of {task.Task} is not finite at step {scores.Step}");
                values.AddRange(task.Metrics.Select(metric => (SeriesNames.TaskMetric(task.Task, metric.Key), (double?)metric.Value)));
            }
            log.Append(series.Points(scores.Step, values));
        }
        log.Append(scores);
        log.Flush();
    }

    public void Alarm(int step, string kind, string? task, string message) => log.Append(new AlarmEvent { Step = step, Kind = kind, Task = task, Message = message });

    public void Say(string level, string message) => log.Append(new LogEvent { Level = level, Message = message });

    /// <summary>Hands what was recorded to whoever watches, with the system's figures where they are due.</summary>
    public void Flush()
    {
        if (probe.Take(series) is { } points) log.Append(points);
        log.Flush();
    }

    private IEnumerable<(string, double?)> OfStep(StepResult result, int inputTokens, TimeSpan took)
    {
        yield return (SeriesNames.TrainLoss, result.Loss);
        yield return (SeriesNames.GradientNorm, result.GradientNorm);
        yield return (SeriesNames.StepSeconds, took.TotalSeconds);
        yield return (SeriesNames.TokensPerSecond, inputTokens / Math.Max(took.TotalSeconds, 1e-9));
        for (var slot = 0; slot < result.Present.Count; slot++)
        {
            var task = mix[result.Present[slot]].Name;
            yield return (SeriesNames.TaskTrainLoss(task), result.Losses[slot]);
            yield return (SeriesNames.TaskWeight(task), result.Coefficients[slot]);
        }
    }

    private IEnumerable<(string, double?)> Progress(LoopState after)
    {
        var all = Math.Max(1, after.Examples.Values.Sum());
        foreach (var task in trained)
        {
            var examples = after.Examples.GetValueOrDefault(task.Name);
            yield return (SeriesNames.TaskExamples(task.Name), examples);
            yield return (SeriesNames.TaskTokens(task.Name), after.Tokens.GetValueOrDefault(task.Name));
            yield return (SeriesNames.TaskShare(task.Name), (double)examples / all);
        }
    }

    private IEnumerable<(string, double?)> OfGradients(StepResult result, double[,] gram)
    {
        for (var i = 0; i < result.Present.Count; i++)
        {
            var first = mix[result.Present[i]].Name;
            yield return (SeriesNames.TaskGradientNorm(first), Math.Sqrt(gram[i, i]));
            if (result.SelfCosines?[i] is { } alike && double.IsFinite(alike)) yield return (SeriesNames.Cosine(first, first), alike);
            for (var j = i + 1; j < result.Present.Count; j++)
            {
                var norms = Math.Sqrt(gram[i, i]) * Math.Sqrt(gram[j, j]);
                if (norms > 0) yield return (SeriesNames.Cosine(first, mix[result.Present[j]].Name), Math.Clamp(gram[i, j] / norms, -1, 1));
            }
        }
    }
}
