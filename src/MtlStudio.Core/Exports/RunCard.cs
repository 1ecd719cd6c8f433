using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Exports;

/// <summary>Gathers a model card's facts from what a run has told: its spec and its events.</summary>
public static class RunCard
{
    /// <param name="events">All of the run's events, in order.</param>
    /// <param name="dataName">What a task's data is called.</param>
    /// <param name="references">What others know of the tasks' references; the first of a task counts.</param>
    public static CardFacts Of(RunSpec spec, IEnumerable<RunEvent> events, int step, string form, string baseModel, Func<DataRef, string> dataName, IReadOnlyList<CardReference> references)
    {
        StartedEvent? started = null;
        // Of an evaluation that a resume made again, the last counts.
        var found = new Dictionary<(string Split, int Step), EvaluationEvent>();
        foreach (var value in events)
            if (value is StartedEvent start) started = start;
            else if (value is EvaluationEvent evaluation) found[(evaluation.Split, evaluation.Step)] = evaluation;
        TaskScores? Score(string split, int at, string task) => found.GetValueOrDefault((split, at))?.Tasks.FirstOrDefault(row => row.Task == task);
        return new()
        {
            Spec = spec, Step = step, Form = form, BaseModel = baseModel,
            Parameters = started?.Parameters ?? 0, TrainableParameters = started?.TrainableParameters ?? 0, Environment = started?.Environment ?? new Dictionary<string, string>(),
            Tasks = [.. spec.Tasks.Where(task => spec.Baseline is null || task.Name == spec.Baseline.Task).Select(task =>
            {
                var metric = RunSpecValidator.EffectivePrimaryMetric(task);
                var known = started?.Tasks.FirstOrDefault(row => row.Name == task.Name);
                var (validation, test) = (Score("validation", step, task.Name), Score("test", step, task.Name));
                return new CardTask(task.Name, task.Kind, dataName(task.Data), known?.TrainExamples ?? 0, known?.Dropped ?? 0, known?.PlannedShare ?? 0, task.LossWeight, task.Template.Prompt,
                    metric, MetricRegistry.Find(metric)?.Unit ?? "", known?.HigherIsBetter ?? MetricRegistry.Find(metric)?.HigherIsBetter ?? true,
                    Value(Score("validation", 0, task.Name), metric), Value(validation, metric), validation?.Examples ?? 0, Value(test, metric), test?.Examples ?? 0)
                {
                    Reference = references.FirstOrDefault(one => one.Task == task.Name),
                };
            })],
        };
    }

    /// <summary>The events of a run's file; lines that are torn or of unknown types are passed over.</summary>
    public static IEnumerable<RunEvent> ReadEvents(RunFolder run)
    {
        if (!File.Exists(run.Events)) yield break;
        using var file = new FileStream(run.Events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            // Points are most of the lines, and a card needs none.
            if (!line.Contains("\"type\":\"started\"", StringComparison.Ordinal) && !line.Contains("\"type\":\"evaluation\"", StringComparison.Ordinal)) continue;
            RunEvent? value = null;
            try
            {
                value = JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact);
            }
            catch (JsonException)
            {
                // The end of a line that is just being written.
            }
            if (value is not null) yield return value;
        }
    }

    private static double? Value(TaskScores? scores, string metric) => scores is not null && scores.Metrics.TryGetValue(metric, out var value) ? value : null;
}
