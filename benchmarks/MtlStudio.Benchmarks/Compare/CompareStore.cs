using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Benchmarks.Compare;

/// <summary>How large the compared runs are.</summary>
/// <param name="Steps">A point of each task's training loss and of its examples a step.</param>
/// <param name="Examples">Of each task's test split; every one is scored by each of the task's metrics.</param>
internal sealed record CompareSize(int Runs, int Tasks, int Steps, int Examples = 500)
{
    /// <summary>Steps from one point of the training losses to the next.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Each run beside its baselines; else each of a model of its own, without scores before its training.</summary>
    public bool Baselines { get; init; } = true;

    /// <summary>Tells the runs of one call from those of another.</summary>
    public int First { get; init; }
}

/// <summary>Fills a data folder with finished runs under four policies and as many seeds as it takes, each beside its baselines, through
/// the ingestion that every run goes through.</summary>
internal sealed class CompareStore : IAsyncDisposable
{
    private const int Batch = 500, Evaluations = 10, KeptOutputs = 20;
    private static readonly string[] Policies = ["equal", "pcgrad", "uw", "dwa"];
    private static readonly string[] Metrics = ["accuracy", "squad-f1", "rouge-l", "bleu", "exact-match", "rouge-2", "chrf", "rouge-1"];
    private static readonly MetricContext Labels = new() { Labels = ["the ferry leaves at noon", "the mill stands at six"] };

    private readonly ServiceProvider services;
    private readonly CompareSize size;

    private CompareStore(string folder, CompareSize size)
    {
        this.size = size;
        services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder)).BuildServiceProvider();
    }

    public static string TaskName(int k) => $"task-{k + 1:00}-{Metrics[k % Metrics.Length]}";

    private RunStore Store => services.GetRequiredService<RunStore>();

    /// <returns>The runs' numbers, without the baselines'.</returns>
    public static async Task<IReadOnlyList<long>> FillAsync(string folder, CompareSize size)
    {
        await using var store = new CompareStore(folder, size);
        await store.services.GetRequiredService<StudioDatabase>().OpenAsync();
        var runs = new List<long>();
        for (var i = size.First; i < size.First + size.Runs; i++)
        {
            var spec = store.Spec(Policies[i % Policies.Length], 1 + i / Policies.Length);
            // Of one spec there are a few seeds, never hundreds.
            if (!size.Baselines) spec = spec with { Model = spec.Model with { Path = $"model-{i}" } };
            var run = (await store.Store.CreateAsync(spec)).Id;
            runs.Add(run);
            await store.FinishAsync(run, spec, spec.Tasks);
            foreach (var choice in size.Baselines ? await store.Store.EnsureBaselinesAsync(run) : [])
                if (!choice.Reused) await store.FinishAsync(choice.RunId, spec, [.. spec.Tasks.Where(task => task.Name == choice.Task)]);
        }
        return runs;
    }

    private RunSpec Spec(string policy, long seed) => new()
    {
        Name = $"benchmark, {policy}, seed {seed}",
        Seed = seed,
        Model = new() { Path = "model" },
        Weighting = new() { Name = policy },
        Training = new() { Steps = size.Steps, Accumulation = size.Tasks },
        Evaluation = new() { Every = size.Steps / Evaluations },
        Tasks = [.. Enumerable.Range(0, size.Tasks).Select(k => new TaskSpec
        {
            Name = TaskName(k),
            Data = new() { Train = $"task-{k}.jsonl", Validation = $"task-{k}.valid.jsonl", Test = $"task-{k}.test.jsonl" },
            Template = new() { Prompt = "{question}", Answer = "{answer}" },
            Metrics = [Metrics[k % Metrics.Length]],
        })],
    };

    private async Task FinishAsync(long run, RunSpec spec, IReadOnlyList<TaskSpec> trained)
    {
        await Store.TransitionAsync(run, RunState.Starting, "cpu:0 is free");
        await Store.TransitionAsync(run, RunState.Running, "trainer started");
        var (ingest, seq, offset) = (services.GetRequiredService<RunIngest>(), 0L, 0L);
        foreach (var part in Events(spec, trained).Chunk(Batch))
            await ingest.ApplyAsync(run, [.. part.Select(value => value with { Seq = ++seq, Time = 1_800_000_000_000 + seq * 50 })], offset += 100);
        await Store.TransitionAsync(run, RunState.Finished, "the trainer finished");
    }

    private IEnumerable<RunEvent> Events(RunSpec spec, IReadOnlyList<TaskSpec> trained)
    {
        var alone = trained.Count == 1;
        yield return new StartedEvent { Attempt = 1, TotalSteps = size.Steps, Tasks = [.. trained.Select(task => new StartedTask { Name = task.Name, PrimaryMetric = task.Metrics[0], TrainExamples = 8000, TestExamples = size.Examples, PlannedShare = 1.0 / trained.Count })] };
        List<string> names = [.. trained.SelectMany(task => new[] { SeriesNames.TaskTrainLoss(task.Name), SeriesNames.TaskExamples(task.Name), SeriesNames.TaskValidationLoss(task.Name), SeriesNames.TaskMetric(task.Name, task.Metrics[0]) }), SeriesNames.LearningRate];
        yield return new SeriesEvent { Series = [.. names.Select((name, id) => new SeriesDeclaration { Id = id, Name = name })] };
        var rate = names.Count - 1;
        int[] everyStep = [.. Enumerable.Range(0, rate).Where(id => id % 4 < 2), rate], evaluated = [.. Enumerable.Range(0, rate).Where(id => id % 4 >= 2)];
        var random = new KeyedRandom(spec.Seed, $"benchmark {spec.Weighting.Name}");
        for (var step = 0; step <= size.Steps; step++)
        {
            if (step > 0 && step % size.Every == 0)
                yield return new PointsEvent { Index = step, Examples = step * 8L * size.Tasks, Tokens = step * 200L * size.Tasks, Ids = everyStep, Values = [.. everyStep.Select(id => id == rate ? 1e-3 : id % 4 == 0 ? Loss(step, trained[id / 4], alone) * (1 + 0.1 * random.NextNormal()) : step * 8.0)] };
            if (step % spec.Evaluation.Every != 0) continue;
            yield return new PointsEvent { Index = step, Ids = evaluated, Values = [.. evaluated.Select(id => id % 4 == 2 ? Loss(step, trained[id / 4], alone) : Scored(trained[id / 4], Skill(step, alone)))] };
            yield return new EvaluationEvent { Step = step, Tasks = [.. trained.Select(task => new TaskScores { Task = task.Name, Loss = Loss(step, task, alone), Examples = 64, Metrics = new Dictionary<string, double> { [task.Metrics[0]] = Scored(task, Skill(step, alone)) } })], UnifiedScore = Skill(step, alone) };
            if (step == size.Steps || step == 0 && !alone && size.Baselines)
                foreach (var task in trained)
                    foreach (var value in Scores(spec, task, step, Skill(step, alone) + (alone ? 0 : 0.03 * Gain(task)))) yield return value;
        }
        yield return new EndedEvent { Outcome = "finished", Step = size.Steps };
    }

    /// <summary>Tasks gain or lose by the mix.</summary>
    private double Loss(int step, TaskSpec task, bool alone) => 0.8 + 2.4 * Math.Exp((alone ? -4.0 : -4.0 - 0.4 * Gain(task)) * step / size.Steps);

    /// <summary>−2 to 2.</summary>
    private static int Gain(TaskSpec task) => task.Name.Sum(letter => letter) % 5 - 2;

    private static double Scored(TaskSpec task, double skill) => MetricRegistry.Get(task.Metrics[0]).Unit == "points" ? 100 * skill : skill;

    private double Skill(int step, bool alone) => 0.1 + (alone ? 0.62 : 0.6) * (1 - Math.Exp(-4.0 * step / size.Steps));

    private IEnumerable<RunEvent> Scores(RunSpec spec, TaskSpec task, int step, double skill)
    {
        var metric = MetricRegistry.Get(task.Metrics[0]);
        // Half of an example's luck is the run's own.
        var rows = Enumerable.Range(0, size.Examples).Select(row => 0.5 * (Luck(task, row, 0) + Luck(task, row, 7919 * spec.Seed + spec.Weighting.Name.Length)) < skill).ToList();
        var answers = rows.Select(right => new MetricExample(Labels.Labels[right ? 0 : 1], [Labels.Labels[0]])).ToList();
        for (var row = 0; row < Math.Min(KeptOutputs, answers.Count); row++)
            yield return new SampleEvent
            {
                Step = step, Split = "test", Task = task.Name, Example = row, Input = $"{task.Name}, example {row}: what leaves at noon?", References = answers[row].References, Output = answers[row].Output,
                Loss = rows[row] ? 0.4 : 1.7, Scores = new Dictionary<string, double> { [metric.Name] = rows[row] ? 1 : 0 },
            };
        yield return new ExampleScoresEvent
        {
            Step = step, Split = "test", Task = task.Name, Examples = [.. Enumerable.Range(0, size.Examples)], Losses = [.. rows.Select(right => right ? 0.4 : 1.7)], Tokens = [.. rows.Select(_ => 5)], Labels = Labels.Labels,
            Metrics = [MetricStatistics.Of(metric.Name, [.. answers.Select(answer => metric.Statistics(answer, Labels))])],
        };
    }

    private static double Luck(TaskSpec task, int row, long counter) => new KeyedRandom(1, task.Name, row, counter).NextDouble();

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
