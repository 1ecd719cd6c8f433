using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>How the examples behind a delta are sorted.</summary>
public enum ExampleSort { Difference, Row, Score, ReferenceScore, Loss }

/// <summary>One example under both models. Texts are there for examples whose output was kept.</summary>
/// <param name="Row">Row number in the split, from 0.</param>
/// <param name="Difference">Score − reference's score.</param>
public sealed record ComparedExample(int Row, double? Score, double? ReferenceScore, double? Difference, double? Loss, double? ReferenceLoss)
{
    public string? Input { get; init; }
    public IReadOnlyList<string>? References { get; init; }
    public string? Output { get; init; }
    public string? ReferenceOutput { get; init; }
    /// <summary>True where the token limit ended the output.</summary>
    public bool Cut { get; init; }
    public bool ReferenceCut { get; init; }
}

/// <summary>The examples behind one delta, with what they were scored by.</summary>
public sealed record ExampleComparison(Pairing Pairing, string Task, string Metric, bool HigherIsBetter, string Unit, IReadOnlyList<ComparedExample> Examples, int Total);

/// <summary>Reads the examples that a delta is made of.</summary>
public sealed class ExampleComparer(JudgeReader reader, Comparer comparer, IDbContextFactory<StudioContext> contexts)
{
    /// <exception cref="RunNotFoundException"/>
    /// <exception cref="InvalidInputException">The run does not train the task, or the task was not scored by the metric.</exception>
    /// <param name="metric">Null: the task's primary metric.</param>
    public async Task<ExampleComparison> ReadAsync(
        long runId, string task, ReferenceChoice reference, string? metric, ExampleSort sort, bool descending, int skip, int take, CancellationToken cancellation = default)
    {
        if (!(await reader.RunsAsync([runId], cancellation)).TryGetValue(runId, out var run)) throw new RunNotFoundException(runId);
        if (run.Task(task) is not { } spec)
            throw new InvalidInputException("task", $"Run {runId} judges no task \"{task}\": choose among {string.Join(", ", run.Tasks.Select(one => one.Name))}");
        var metrics = RunSpecValidator.EffectiveMetrics(spec);
        var name = metric ?? RunSpecValidator.EffectivePrimaryMetric(spec);
        if (!metrics.Contains(name)) throw new InvalidInputException("metric", $"{task} is not scored by \"{name}\": choose among {string.Join(", ", metrics)}");
        var by = MetricRegistry.Get(name);
        var pair = await comparer.PairAsync(run, task, reference, cancellation);
        if (pair.Reason is not null) return new(pair, task, name, by.HigherIsBetter, by.Unit, [], 0);
        var sets = await reader.ScoresAsync([pair.Model!.Id, pair.Reference!.Id], cancellation);
        var all = Join(by, sets[pair.Model.Id], sets[pair.Reference.Id]);
        var kept = await KeptAsync(run.Id, pair.Model, task, cancellation);
        var page = Sorted(all, sort, descending, kept).Skip(skip).Take(take).ToList();
        return new(pair, task, name, by.HigherIsBetter, by.Unit, await WithTextsAsync(page, run.Id, pair, task, cancellation), all.Count);
    }

    private static List<ComparedExample> Join(IMetric metric, ExampleScoresEvent model, ExampleScoresEvent reference)
    {
        var beside = Rows(metric, reference);
        return [.. from example in Rows(metric, model) where beside.ContainsKey(example.Key)
                   let here = example.Value let there = beside[example.Key]
                   select new ComparedExample(example.Key, Finite(here.Score), Finite(there.Score), Finite(here.Score - there.Score), Finite(here.Loss), Finite(there.Loss))];
    }

    private static Dictionary<int, (double Score, double Loss)> Rows(IMetric metric, ExampleScoresEvent scores)
    {
        var found = scores.Metrics.FirstOrDefault(one => one.Metric == metric.Name)?.Rows();
        return scores.Examples.Select((row, i) => (row, i)).ToDictionary(pair => pair.row, pair => (found is null ? double.NaN : metric.ScoreOfOne(found[pair.i]), scores.Losses[pair.i]));
    }

    /// <summary>The rows whose output was kept.</summary>
    private async Task<HashSet<int>> KeptAsync(long run, ScoreSet set, string task, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return (await context.Samples.Where(sample => sample.RunId == run && sample.Task == task && sample.Step == set.Step && sample.Split == set.Split).Select(sample => sample.Example).ToListAsync(cancellation)).ToHashSet();
    }

    /// <summary>Of equal ones, those first that can be read.</summary>
    private static IEnumerable<ComparedExample> Sorted(List<ComparedExample> all, ExampleSort sort, bool descending, HashSet<int> kept)
    {
        Func<ComparedExample, double?> key = sort switch
        {
            ExampleSort.Row => example => example.Row,
            ExampleSort.Score => example => example.Score,
            ExampleSort.ReferenceScore => example => example.ReferenceScore,
            ExampleSort.Loss => example => example.Loss,
            _ => example => example.Difference,
        };
        // What has no number stands last either way.
        var known = all.OrderBy(example => key(example) is null);
        return (descending ? known.ThenByDescending(key) : known.ThenBy(key)).ThenBy(example => !kept.Contains(example.Row)).ThenBy(example => example.Row);
    }

    private async Task<IReadOnlyList<ComparedExample>> WithTextsAsync(List<ComparedExample> page, long run, Pairing pair, string task, CancellationToken cancellation)
    {
        var model = await SamplesAsync(run, pair.Model!, task, page, cancellation);
        var reference = await SamplesAsync(pair.ReferenceRun, pair.Reference!, task, page, cancellation);
        return [.. page.Select(example =>
        {
            var (here, there) = (model.GetValueOrDefault(example.Row), reference.GetValueOrDefault(example.Row));
            return example with
            {
                Input = (here ?? there)?.Input, References = (here ?? there)?.ReadReferences(), Output = here?.Output, ReferenceOutput = there?.Output,
                Cut = here?.Cut ?? false, ReferenceCut = there?.Cut ?? false,
            };
        })];
    }

    private async Task<Dictionary<int, Sample>> SamplesAsync(long run, ScoreSet set, string task, List<ComparedExample> page, CancellationToken cancellation)
    {
        var rows = page.Select(example => example.Row).ToList();
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Samples.AsNoTracking().Where(sample => sample.RunId == run && sample.Task == task && sample.Step == set.Step && sample.Split == set.Split && rows.Contains(sample.Example))
            .OrderBy(sample => sample.Seq).ToListAsync(cancellation);
        // One step may have been scored twice (the untuned model, and the best checkpoint that is still it): outputs come before their scores.
        return found.GroupBy(sample => sample.Example).ToDictionary(group => group.Key, group => group.LastOrDefault(sample => sample.Seq < set.Seq) ?? group.First());
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
