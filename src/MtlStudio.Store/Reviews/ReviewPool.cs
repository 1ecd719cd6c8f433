using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>One example that every run answered.</summary>
/// <param name="Answers">One a run, in the draft's order.</param>
public sealed record PoolExample(string Task, int Example, IReadOnlyList<Sample> Answers);

/// <summary>One task that every run answered.</summary>
/// <param name="ColorIndex">Its place in the first run's mix.</param>
/// <param name="Metric">Its primary metric in the first run.</param>
/// <param name="Mismatched">Rows of the same number with other contents, which are left out: the runs read different data.</param>
public sealed record PoolTask(string Name, int ColorIndex, string Metric, bool HigherIsBetter, IReadOnlyList<PoolExample> Examples, int Mismatched);

/// <summary>One of the runs, with the step its outputs are of.</summary>
/// <param name="Steps">The steps of which it has outputs in the split.</param>
public sealed record PoolRun(Run Run, RunSpec Spec, int Step, IReadOnlyList<int> Steps);

/// <summary>What a review can be made of.</summary>
public sealed record PoolAnswer(IReadOnlyList<PoolRun> Runs, string Split, IReadOnlyList<PoolTask> Tasks);

/// <summary>Finds the examples that 2 to 4 runs have all answered.</summary>
public sealed class ReviewPool(IDbContextFactory<StudioContext> contexts, DataFolder data)
{
    private const string Test = "test", Validation = "validation";

    /// <summary>The examples of the draft's tasks and slice, before its filter chooses among them.</summary>
    /// <exception cref="InvalidInputException">A run, step or task is not there, or nothing is common; every fault by its field.</exception>
    public async Task<PoolAnswer> FindAsync(ReviewDraft draft, CancellationToken cancellation = default)
    {
        var errors = draft.Faults();
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await RunsAsync(context, draft, errors, cancellation);
        if (errors.Count > 0) throw new InvalidInputException(errors);

        var split = draft.Split ?? (found.All(run => run.Steps.ContainsKey(Test)) ? Test : Validation);
        var runs = found.Select((run, i) => Choose(run, i, draft.Runs[i], split, errors)).OfType<PoolRun>().ToList();
        for (var i = 0; i < runs.Count; i++)
            if (errors.Count == 0 && runs.Take(i).Any(other => other.Run.Id == runs[i].Run.Id && other.Step == runs[i].Step))
                errors.Add(new($"runs[{i}]", $"Run {runs[i].Run.Id} at step {runs[i].Step:#,0} is named twice"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        var samples = new List<ILookup<string, Sample>>();
        foreach (var run in runs) samples.Add(await SamplesAsync(context, run, split, draft.Tasks, cancellation));
        var tasks = Tasks(draft, runs, samples, split);
        return new(runs, split, await ReviewSlices.ApplyAsync(context, data, draft, runs[0].Spec, split, tasks, cancellation));
    }

    private static async Task<List<FoundRun>> RunsAsync(StudioContext context, ReviewDraft draft, List<FieldError> errors, CancellationToken cancellation)
    {
        var ids = draft.Runs.Select(entry => entry.Run).Distinct().ToList();
        var rows = await context.Runs.AsNoTracking().Include(run => run.Tasks).Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, cancellation);
        var steps = await context.Samples.Where(sample => ids.Contains(sample.RunId)).Select(sample => new { sample.RunId, sample.Split, sample.Step }).Distinct().ToListAsync(cancellation);
        var found = new List<FoundRun>();
        foreach (var (entry, i) in draft.Runs.Select((entry, i) => (entry, i)))
            if (rows.TryGetValue(entry.Run, out var run))
                found.Add(new(run, steps.Where(row => row.RunId == run.Id).GroupBy(row => row.Split).ToDictionary(group => group.Key, group => group.Select(row => row.Step).Order().ToArray())));
            else errors.Add(new($"runs[{i}]", $"There is no run {entry.Run}"));
        return found;
    }

    private static PoolRun? Choose(FoundRun found, int i, ReviewEntry entry, string split, List<FieldError> errors)
    {
        if (!found.Steps.TryGetValue(split, out var steps))
            errors.Add(new($"runs[{i}]", $"Run {entry.Run} has no {split} outputs{(found.Steps.Count > 0 ? $": choose the split {string.Join(" or ", found.Steps.Keys.Order(StringComparer.Ordinal))}" : " yet: they come with its evaluations (evaluation.samples must be above 0)")}"));
        else if (entry.Step is { } step && !steps.Contains(step))
            errors.Add(new($"runs[{i}].step", $"Run {entry.Run} has no {split} outputs of step {step:#,0}: it has those of {string.Join(", ", steps.TakeLast(12))}"));
        else return new(found.Run, found.Run.ReadSpec(), entry.Step ?? steps[^1], steps);
        return null;
    }

    private static async Task<ILookup<string, Sample>> SamplesAsync(StudioContext context, PoolRun run, string split, IReadOnlyList<string> tasks, CancellationToken cancellation) =>
        (await context.Samples.AsNoTracking()
            .Where(sample => sample.RunId == run.Run.Id && sample.Split == split && sample.Step == run.Step && (tasks.Count == 0 || tasks.Contains(sample.Task)))
            .OrderBy(sample => sample.Example).ToListAsync(cancellation)).ToLookup(sample => sample.Task);

    private static List<PoolTask> Tasks(ReviewDraft draft, List<PoolRun> runs, List<ILookup<string, Sample>> samples, string split)
    {
        var errors = new List<FieldError>();
        var common = runs[0].Run.Tasks.OrderBy(task => task.ColorIndex).Where(task => samples.All(run => run.Contains(task.Name))).ToList();
        for (var i = 0; i < draft.Tasks.Count; i++)
            if (common.All(task => task.Name != draft.Tasks[i]))
                errors.Add(new($"tasks[{i}]", $"Not every run has {split} outputs of the task \"{draft.Tasks[i]}\"{(common.Count > 0 ? $": they share {string.Join(", ", common.Select(task => task.Name))}" : "")}"));
        var tasks = common.Select(task => Common(task, runs, [.. samples.Select(run => run[task.Name])], split)).ToList();
        if (errors.Count == 0 && tasks.All(task => task.Examples.Count == 0))
            errors.Add(new("runs", tasks.Any(task => task.Mismatched > 0)
                ? "The runs answered different examples: their tasks read different data"
                : $"The runs have no {split} example in common: compare runs of the same tasks, evaluated on the same examples"));
        return errors.Count > 0 ? throw new InvalidInputException(errors) : tasks;
    }

    private static PoolTask Common(RunTask task, List<PoolRun> runs, IEnumerable<Sample>[] samples, string split)
    {
        var sameData = runs.Select(run => DataOf(run.Spec, task.Name, split)).Distinct().Count() == 1;
        var later = samples[1..].Select(run => run.GroupBy(sample => sample.Example).ToDictionary(group => group.Key, group => group.MaxBy(sample => sample.Seq)!)).ToArray();
        var (examples, mismatched) = (new List<PoolExample>(), 0);
        foreach (var first in samples[0].GroupBy(sample => sample.Example).Select(group => group.MaxBy(sample => sample.Seq)!))
        {
            if (later.Any(run => !run.ContainsKey(first.Example))) continue;
            Sample[] answers = [first, .. later.Select(run => run[first.Example])];
            // A row number means the same example only in the same data; elsewhere the prompt has to be the same.
            if (sameData || answers.All(answer => answer.Input == first.Input)) examples.Add(new(task.Name, first.Example, answers));
            else mismatched++;
        }
        // What the spec would take before the trainer has told of it.
        var metric = task.PrimaryMetric.Length > 0 ? task.PrimaryMetric : RunSpecValidator.EffectivePrimaryMetric(runs[0].Spec.Tasks.First(spec => spec.Name == task.Name));
        return new(task.Name, task.ColorIndex, metric, task.HigherIsBetter, examples, mismatched);
    }

    private static (string?, string?) DataOf(RunSpec spec, string task, string split)
    {
        var data = spec.Tasks.First(one => one.Name == task).Data;
        return (data.Dataset, split == Test ? data.Test : data.Validation);
    }

    private sealed record FoundRun(Run Run, IReadOnlyDictionary<string, int[]> Steps);
}
