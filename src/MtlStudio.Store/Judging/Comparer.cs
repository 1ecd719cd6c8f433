using MtlStudio.Core.Analysis;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>
/// The one place where a run's scores are set beside a reference's: pages, the API, exports, alarms and the table of verdicts all
/// ask here. Comparisons are pure functions of the recorded scores, so what was drawn once is kept for the next to ask.
/// </summary>
public sealed class Comparer(JudgeReader reader) : IDisposable
{
    private readonly ScoreDraws draws = new(reader);

    /// <summary>Runs beside their reference; those that are not there are left out.</summary>
    /// <param name="runs">In the order wanted.</param>
    public async Task<Comparison> CompareAsync(IReadOnlyList<long> runs, ReferenceChoice reference, CancellationToken cancellation = default)
    {
        var found = await reader.RunsAsync(runs, cancellation);
        return await CompareAsync([.. runs.Distinct().Where(found.ContainsKey).Select(id => found[id])], reference, cancellation);
    }

    /// <summary>The same of runs that are read already.</summary>
    public async Task<Comparison> CompareAsync(IReadOnlyList<JudgedRun> runs, ReferenceChoice reference, CancellationToken cancellation = default)
    {
        var points = await reader.SmallestDifferenceAsync(cancellation);
        var references = await ReferencesAsync(runs, reference, cancellation);
        var groups = Groups(runs).ToList();
        var subjects = runs.Select(run => (IReadOnlyList<JudgedRun>)[run]).Concat(groups).Select(seeds => Matched(seeds, reference, references)).ToList();
        // All questions at once: what several of them are about is read and drawn once.
        var answers = await draws.OfAsync([.. subjects.SelectMany(tasks => tasks).Select(task => task.Question).OfType<DrawQuestion>()], cancellation);
        var judged = new List<(JudgedRun Run, IReadOnlyList<TaskValue> Values)>();
        foreach (var tasks in subjects.Take(runs.Count)) judged.Add((runs[judged.Count], await JudgeAsync(tasks, reference, answers, points, cancellation)));
        var together = new List<SeedGroup>();
        foreach (var (group, tasks) in groups.Zip(subjects.Skip(runs.Count)))
        {
            var values = await JudgeAsync(tasks, reference, answers, points, cancellation);
            together.Add(new(SharedName.Of([.. group.Select(run => run.Run.Name)]), [.. group.Select(run => run.Id)], [.. group.Select(run => run.Spec.Seed)], ByTask([(group[0], values)]), DeltaMOf(group[0], values)));
        }
        return new(reference, ByTask(judged), [.. judged.Select(one => DeltaMOf(one.Run, one.Values))], together);
    }

    /// <summary>The pairs of evaluations that a comparison is made of, for whoever wants the examples themselves.</summary>
    public async Task<Pairing> PairAsync(JudgedRun run, string task, ReferenceChoice reference, CancellationToken cancellation = default) =>
        PairOf(run, task, reference, await ReferencesAsync([run], reference, cancellation));

    /// <summary>Finished runs that differ in nothing but seed (name, note and tags apart), two and more of them, one a seed.</summary>
    private static IEnumerable<IReadOnlyList<JudgedRun>> Groups(IReadOnlyList<JudgedRun> runs) => runs
        .Where(run => run.IsFinished).GroupBy(run => run.Run.SeedGroup())
        .Select(group => group.GroupBy(run => run.Spec.Seed).OrderBy(seed => seed.Key).Select(seed => seed.MaxBy(run => run.Id)!).ToList())
        .Where(group => group.Count > 1);

    private async Task<IReadOnlyDictionary<long, JudgedRun>> ReferencesAsync(IReadOnlyList<JudgedRun> runs, ReferenceChoice reference, CancellationToken cancellation) => reference.Kind switch
    {
        ReferenceKind.Untuned => new Dictionary<long, JudgedRun>(),
        ReferenceKind.Baseline => await reader.RunsAsync([.. runs.SelectMany(run => run.Baselines.Values).Distinct()], cancellation),
        _ => await reader.RunsAsync([reference.Run], cancellation),
    };

    private static Pairing PairOf(JudgedRun run, string task, ReferenceChoice reference, IReadOnlyDictionary<long, JudgedRun> references) =>
        Pairing.Of(run, task, reference, reference.Kind switch
        {
            ReferenceKind.Untuned => null,
            ReferenceKind.Baseline => run.Baselines.TryGetValue(task, out var id) ? references.GetValueOrDefault(id) : null,
            _ => references.GetValueOrDefault(reference.Run),
        });

    /// <summary>One task of one run, or of seeds of one spec, with the evaluations that stand for it.</summary>
    /// <param name="Question">Null where no seed has a pair; <see cref="TaskValue.Reason"/> then says why.</param>
    private sealed record MatchedTask(IReadOnlyList<JudgedRun> Seeds, TaskSpec Task, IReadOnlyList<Pairing> Pairs, DrawQuestion? Question)
    {
        public IMetric Metric { get; } = MetricOf(Task);
    }

    private static List<MatchedTask> Matched(IReadOnlyList<JudgedRun> seeds, ReferenceChoice reference, IReadOnlyDictionary<long, JudgedRun> references) => [.. seeds[0].Tasks.Select(task =>
    {
        var pairs = seeds.Select(run => PairOf(run, task.Name, reference, references)).ToList();
        var usable = pairs.Where(pair => pair.Reason is null).ToList();
        // Of several seeds, those count that stand on the same split.
        usable = [.. usable.Where(pair => pair.Model!.Split == usable[0].Model!.Split)];
        return new MatchedTask(seeds, task, pairs, usable.Count == 0 ? null : new(task.Name, MetricOf(task), usable));
    })];

    /// <summary>Verdicts over the tasks together.</summary>
    private async Task<IReadOnlyList<TaskValue>> JudgeAsync(
        IReadOnlyList<MatchedTask> tasks, ReferenceChoice reference, IReadOnlyDictionary<string, DrawAnswer?> answers, double points, CancellationToken cancellation)
    {
        var values = new List<TaskValue>();
        foreach (var task in tasks) values.Add(await ValueAsync(task, task.Question is { } question ? answers[question.Key] : null, task.Task.SmallestDifference ?? points, cancellation));
        var counted = values.Where(value => value is { Evidence: not null, SoFar: null }).ToList();
        var verdicts = await Task.Run(() => Verdicts.Of([.. counted.Select(value => value.Evidence!)]), cancellation);
        foreach (var (value, verdict) in counted.Zip(verdicts))
            values[values.IndexOf(value)] = value with
            {
                Low = verdict.Low,
                High = verdict.High,
                Confidence = verdict.Confidence,
                P = verdict.P,
                Verdict = verdict.Verdict,
                Growth = verdict.Growth,
                Transfer = reference.Kind == ReferenceKind.Baseline ? Transfers.Of(verdict.Verdict, value.DeltaBySeed, value.Evidence!.HigherIsBetter) : Transfer.None,
            };
        return values;
    }

    private async Task<TaskValue> ValueAsync(MatchedTask task, DrawAnswer? answer, double points, CancellationToken cancellation)
    {
        var (run, pairs, metric) = (task.Seeds[0], task.Pairs, task.Metric);
        var used = task.Question?.Pairs[0];
        var value = new TaskValue { Run = run.Id, ReferenceRun = (used ?? pairs[0]).ReferenceRun, SoFar = pairs.Any(pair => pair.SoFar) ? 0 : null, Reason = pairs[0].Reason };
        if (used is null) return await WithOwnScoreAsync(value, run, task.Task.Name, metric, cancellation);
        if (answer is null) return await WithOwnScoreAsync(value with { Reason = $"the two sides have no example with {metric.Name} in common" }, run, task.Task.Name, metric, cancellation);
        var draws = answer.Draws;
        value = value with
        {
            Split = used.Model!.Split,
            Step = used.Model!.Step,
            ReferenceStep = used.Reference!.Step,
            Examples = draws.Examples,
            Seeds = draws.Seeds,
            Value = Finite(draws.Value),
            ReferenceValue = Finite(draws.ReferenceValue),
            Reason = null,
        };
        if (!draws.IsFinite) return value with { Reason = $"{metric.Name} is not finite" };
        var evidence = new TaskEvidence(draws, metric, points, answer.Chance);
        var (low, high) = draws.Interval(Verdicts.Confidence);
        return value with
        {
            Delta = draws.Delta,
            Low = low,
            High = high,
            Confidence = Verdicts.Confidence,
            DeltaBySeed = draws.DeltaBySeed,
            Smallest = evidence.Smallest,
            Evidence = evidence,
            SoFar = value.SoFar is null ? null : await SoFarAsync(run, task.Task.Name, metric, used, evidence, cancellation),
        };
    }

    /// <summary>A score that stands alone is still told.</summary>
    private async Task<TaskValue> WithOwnScoreAsync(TaskValue value, JudgedRun run, string task, IMetric metric, CancellationToken cancellation)
    {
        var own = !run.IsFinished ? run.Latest(task) : run.Final(task, JudgedRun.Test) ?? run.Final(task, JudgedRun.Validation);
        if (own is null) return value;
        var scores = (await reader.ScoresAsync([own.Id], cancellation))[own.Id];
        return value with { Split = own.Split, Step = own.Step, Examples = own.Examples, Value = WholeSet(metric, scores) };
    }

    /// <summary>Which way the last two evaluations lie, where both lie the same way by more than the smallest difference.</summary>
    private async Task<int> SoFarAsync(JudgedRun run, string task, IMetric metric, Pairing last, TaskEvidence evidence, CancellationToken cancellation)
    {
        var before = run.Latest(task, last.Model!.Step - 1);
        if (before is null) return 0;
        var sets = await reader.ScoresAsync([before.Id, last.Reference!.Id], cancellation);
        if (WholeSet(metric, sets[before.Id]) is not { } earlier) return 0;
        var sign = metric.HigherIsBetter ? 1 : -1;
        var (now, then) = (sign * evidence.Draws.Delta, sign * (earlier - evidence.Draws.ReferenceValue));
        return now < -evidence.Smallest && then < -evidence.Smallest ? -1 : now > evidence.Smallest && then > evidence.Smallest ? 1 : 0;
    }

    private static double? WholeSet(IMetric metric, ExampleScoresEvent scores) => scores.Metrics.FirstOrDefault(one => one.Metric == metric.Name) is not { } found ? null
        : Finite(metric.Score(found.Rows(), [.. scores.Examples.Select(_ => 1)], scores.Context()));

    public void Dispose() => draws.Dispose();

    private static IMetric MetricOf(TaskSpec task) => MetricRegistry.Get(RunSpecValidator.EffectivePrimaryMetric(task));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static IReadOnlyList<TaskComparison> ByTask(IReadOnlyList<(JudgedRun Run, IReadOnlyList<TaskValue> Values)> judged) =>
    [
        .. judged.SelectMany(one => one.Run.Tasks.Select(task => task.Name)).Distinct().Select(name =>
        {
            var first = judged.First(one => one.Run.Task(name) is not null).Run;
            var metric = MetricOf(first.Task(name)!);
            return new TaskComparison(name, metric.Name, metric.HigherIsBetter, metric.Unit, first.Spec.Tasks.ToList().FindIndex(task => task.Name == name),
                [.. judged.Where(one => one.Run.Task(name) is not null).Select(one => OfMetric(metric.Name, one.Run, one.Values[one.Run.Tasks.ToList().FindIndex(task => task.Name == name)], name))]);
        }),
    ];

    /// <summary>A table's column holds one metric: a run whose task is judged by another is said to be.</summary>
    private static TaskValue OfMetric(string metric, JudgedRun run, TaskValue value, string task) =>
        RunSpecValidator.EffectivePrimaryMetric(run.Task(task)!) is var own && own == metric ? value
            : new() { Run = value.Run, ReferenceRun = value.ReferenceRun, Reason = $"run {run.Id} judges {task} by {own}" };

    private static RunDeltaM DeltaMOf(JudgedRun run, IReadOnlyList<TaskValue> values)
    {
        if (values.Count == 0) return new(run.Id, null, null, null, "it has no target task");
        if (values.FirstOrDefault(value => value.Evidence is null) is { } missing) return new(run.Id, null, null, null, missing.Reason);
        return DeltaMInterval.Of([.. values.Select(value => value.Evidence!)]) is { } found
            ? new(run.Id, found.Value, Finite(found.Low), Finite(found.High), NearZero(run, values))
            : new(run.Id, null, null, null, "a reference scores 0: a relative change of it is undefined");
    }

    /// <summary>Of a reference that lies nearer to 0 than the smallest difference that matters, a relative change is as large as one likes.</summary>
    private static string? NearZero(JudgedRun run, IReadOnlyList<TaskValue> values)
    {
        List<string> near = [.. run.Tasks.Zip(values).Where(one => one.Second is { ReferenceValue: { } beside, Smallest: { } smallest } && Math.Abs(beside) < smallest).Select(one => one.First.Name)];
        return near.Count == 0 ? null : $"the reference of {string.Join(", ", near)} is near 0: a relative change of it says little";
    }
}
