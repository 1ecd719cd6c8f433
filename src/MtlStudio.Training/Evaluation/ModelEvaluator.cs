using System.Diagnostics;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Evaluation;

/// <summary>Scores a model on every task: the loss of the reference answers, and metrics of what the model answers.</summary>
public sealed class ModelEvaluator(CausalLm model, Tokenizer tokenizer, IReadOnlyList<EvaluationTask> tasks, DecodingSpec decoding, long seed) : IEvaluator
{
    /// <summary>Told the split, the task and the share done, 0 to 1, between batches; for progress.</summary>
    public Action<string, string, double>? Progress { get; init; }

    public EvaluationResult? Evaluate(int step, string split, Func<bool> cancelled)
    {
        var started = Stopwatch.GetTimestamp();
        var scores = new List<TaskScores>();
        var evidence = new List<ExampleScoresEvent>();
        var samples = new List<SampleEvent>();
        var targets = new List<ScoredTask>();
        foreach (var task in tasks)
        {
            var (examples, followed) = split == "test" ? (task.Test, task.FollowedTest) : (task.Validation, task.FollowedValidation);
            if (examples.Count == 0) continue;
            model.Task = task.Name;
            var done = 0;
            bool Ask(int more)
            {
                Progress?.Invoke(split, task.Name, (done += more) / (2.0 * examples.Count));
                return cancelled();
            }
            if (Examine(task, examples, Ask) is not var (losses, answers, scored)) return null;
            evidence.Add(Evidence(step, split, task, examples, losses, scored));
            scores.Add(new()
            {
                Task = task.Name, Examples = examples.Count,
                Loss = losses.Where(loss => loss.Tokens > 0).Sum(loss => loss.Sum) / losses.Sum(loss => loss.Tokens),
                Metrics = Scores(task.Metrics, evidence[^1]),
            });
            if (task.IsTarget) targets.Add(new(scores[^1].Metrics[task.Primary.Name], task.Primary.Chance(task.Context), task.Primary.Best, examples.Count));
            samples.AddRange(examples.Select((example, i) => (example, i)).Where(pair => followed.Contains(pair.example.Row)).Select(pair => new SampleEvent
            {
                Step = step, Split = split, Task = task.Name, Example = pair.example.Row, Input = pair.example.Input, References = [.. pair.example.References.Select(reference => Shown(task, pair.example, reference))],
                Output = Shown(task, pair.example, answers[pair.i].Text), Cut = answers[pair.i].Cut, Loss = losses[pair.i].Sum / losses[pair.i].Tokens,
                Scores = task.Metrics.Select(metric => (metric.Name, Score: metric.Score(scored[pair.i]))).Where(score => score.Score is not null)
                    .ToDictionary(score => score.Name, score => score.Score!.Value),
            }));
        }
        var unified = UnifiedScore.Macro(targets);
        return new(new()
        {
            Step = step, Split = split, Tasks = scores, UnifiedScore = double.IsFinite(unified) ? unified : null,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        }, evidence, samples);
    }

    /// <summary>A tagger's tags are read by what they mark.</summary>
    private static string Shown(EvaluationTask task, EvaluationExample example, string text) =>
        example.WordTexts.Count > 0 ? TaggedText.Of(example.WordTexts, text, task.Context.Labels) : text;

    /// <summary>The losses of the references, what is answered, and both as metrics take them; null where it was cancelled.</summary>
    private (IReadOnlyList<LogLikelihood> Losses, IReadOnlyList<Answer> Answers, List<MetricExample> Scored)? Examine(EvaluationTask task, IReadOnlyList<EvaluationExample> examples, Func<int, bool> cancelled)
    {
        if (task.HasHead)
            return HeadAnswers.Of(model, model.Heads[task.Name], examples, done => cancelled(2 * done)) is not var (given, due) ? null
                : (due, [.. given.Select(answer => new Answer(answer.Text, false))], [.. examples.Select((example, i) => new MetricExample(given[i].Text, example.References)
                {
                    NegativeLogLikelihood = due[i].Sum, Tokens = due[i].Tokens, LabelsDue = example.LabelsDue, LabelsGiven = given[i].Labels, LabelScores = given[i].Scores, Value = given[i].Value, ValueDue = example.ValueDue,
                })]);
        if (ExampleLosses.Of(model, examples, cancelled) is not { } losses || Answers.Of(model, tokenizer, task, examples, decoding, seed, cancelled) is not { } answers) return null;
        return (losses, answers, [.. examples.Select((example, i) => new MetricExample(answers[i].Text, example.References)
        {
            NegativeLogLikelihood = losses[i].Sum, Tokens = losses[i].Tokens, Bytes = example.Bytes, OutputByLength = answers[i].ByLength,
        })]);
    }

    private static ExampleScoresEvent Evidence(
        int step, string split, EvaluationTask task, IReadOnlyList<EvaluationExample> examples, IReadOnlyList<LogLikelihood> losses, List<MetricExample> scored) => new()
        {
            Step = step, Split = split, Task = task.Name, Labels = task.Context.Labels, SeveralLabels = task.Context.SeveralLabels, Vocabulary = task.Context.Vocabulary,
            Examples = [.. examples.Select(example => example.Row)], Losses = [.. losses.Select(loss => loss.Sum / loss.Tokens)], Tokens = [.. losses.Select(loss => loss.Tokens)],
            Metrics = [.. task.Metrics.Select(metric => MetricStatistics.Of(metric.Name, [.. scored.Select(example => metric.Statistics(example, task.Context))]))],
        };

    /// <summary>The scores of the whole set, drawn from the recorded statistics, so that both always agree.</summary>
    private static Dictionary<string, double> Scores(IReadOnlyList<IMetric> metrics, ExampleScoresEvent evidence)
    {
        var once = new int[evidence.Examples.Count];
        Array.Fill(once, 1);
        return metrics.Zip(evidence.Metrics).ToDictionary(pair => pair.First.Name, pair => pair.First.Score(pair.Second.Rows(), once, evidence.Context()));
    }
}
