using System.Diagnostics;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;

namespace MtlStudio.Trainer.Runs;

/// <summary>What the first steps of a run took on this device.</summary>
/// <param name="Steps">Steps that were made; the first, which warms up, is not timed.</param>
/// <param name="StepSeconds">Median of a step.</param>
/// <param name="TrainingSeconds">Of all steps of the spec at that pace, evaluations and checkpoints left out.</param>
/// <param name="EvaluationSeconds">Of all evaluations of the spec's validation examples at the pace of a few.</param>
/// <param name="PeakBytes">Resident memory at its peak, with the examples that were drawn: longer ones take more.</param>
/// <param name="MicroBatchLimit">Examples that went through the model at once after memory ran out; null: whole micro-batches fitted.</param>
public sealed record ProbeResult(int Steps, double StepSeconds, double TrainingSeconds, double EvaluationSeconds, long PeakBytes, int? MicroBatchLimit);

/// <summary>Makes the first steps of a run in a folder that is removed afterwards: what a spec takes, measured.</summary>
public static class RunProbe
{
    public const int Steps = 3;

    /// <summary>Validation examples of each task that are scored, for the pace of evaluations.</summary>
    private const int Scored = 4;

    /// <exception cref="InvalidInputException">The spec, or what it refers to, is no good.</exception>
    /// <exception cref="Training.Loop.NotEnoughMemoryException">It does not fit.</exception>
    public static ProbeResult Measure(RunSpec spec, string specFolder, DataFolder? data, ComputeChoice compute, CommandConsole console)
    {
        var root = Directory.CreateTempSubdirectory("mtl-probe-");
        try
        {
            var folder = new RunFolder(root.FullName);
            var tried = SpecPlacement.Rebase(spec, specFolder, folder.Root) with
            {
                Evaluation = spec.Evaluation with { Every = 0, Examples = spec.Evaluation.Examples == 0 ? Scored : Math.Min(Scored, spec.Evaluation.Examples), Samples = 0, Test = false },
                Regularization = spec.Regularization with { Patience = 0, TaskPatience = 0 },
            };
            AtomicFile.WriteText(folder.Spec, JsonSerializer.Serialize(tried, WireJson.Indented));
            TrainingSession.Train(folder, data, compute, mirror: null, console, stopAfter: Steps);
            return Read(spec, [.. File.ReadLines(folder.Events).Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!)]);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static ProbeResult Read(RunSpec spec, List<RunEvent> events)
    {
        var time = events.OfType<SeriesEvent>().First().Series.First(series => series.Name == SeriesNames.StepSeconds).Id;
        var steps = events.OfType<PointsEvent>().Where(points => points.Ids.Contains(time)).Select(points => points.Values[points.Ids.ToList().IndexOf(time)]).ToList();
        var timed = (steps.Count > 1 ? steps.Skip(1) : steps).Order().ToList();
        var pace = timed.Count == 0 ? 0 : timed[timed.Count / 2];
        var evaluations = 2 + (spec.Evaluation.Every > 0 ? (spec.Training.Steps - 1) / spec.Evaluation.Every : 0);
        var scored = events.OfType<StartedEvent>().First().Tasks.Sum(task => (long)(spec.Evaluation.Examples > 0 ? Math.Min(spec.Evaluation.Examples, task.ValidationExamples) : task.ValidationExamples));
        var evaluation = events.OfType<EvaluationEvent>().FirstOrDefault();
        var each = evaluation is null ? 0 : evaluation.Seconds / Math.Max(1, evaluation.Tasks.Sum(task => task.Examples));
        using var process = Process.GetCurrentProcess();
        return new(steps.Count, pace, pace * spec.Training.Steps, each * scored * evaluations, process.PeakWorkingSet64, LimitOf(events));
    }

    private static int? LimitOf(List<RunEvent> events) => events.OfType<AlarmEvent>().LastOrDefault(alarm => alarm.MicroBatchLimit is not null)?.MicroBatchLimit;
}
