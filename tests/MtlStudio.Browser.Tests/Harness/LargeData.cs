using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>A data folder as large as pages must bear: 500 runs, one of 40 tasks with very many points, and one that failed. Nothing is trained.</summary>
internal static class LargeData
{
    public const int Runs = 500, Tasks = 40;
    private const int Scored = 40, Evaluations = 8, Batch = 500, Examples = 200;
    private static readonly string[] Policies = ["equal", "pcgrad", "uw", "dwa"], Areas = ["translation", "sentiment", "qa", "summarization", "entailment", "paraphrase", "tagging", "dialogue"];

    /// <summary>The numbers of the runs that pages open.</summary>
    public sealed record Numbers(long Wide, long Failed, long First);

    /// <param name="folder">The data folder, without a studio.</param>
    /// <param name="points">Of the run with many tasks; the smaller, the quicker.</param>
    public static async Task<Numbers> WriteAsync(string folder, int points)
    {
        await using var services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder)).BuildServiceProvider();
        await using var database = services.GetRequiredService<StudioDatabase>();
        await database.OpenAsync();
        var (store, ingest, token) = (services.GetRequiredService<RunStore>(), services.GetRequiredService<RunIngest>(), TestContext.Current.CancellationToken);

        var many = await store.CreateAllAsync([.. Enumerable.Range(0, Runs - 2).Select(Small)], baselines: false, cancellation: token);
        foreach (var (run, i) in many.Take(Scored).Select((made, i) => (made.Run, i))) await FillAsync(ingest, run.Id, SmallEvents(run.ReadSpec(), i));
        var wide = (await store.CreateAsync(Wide(points), cancellation: token)).Id;
        await FillAsync(ingest, wide, WideEvents(Wide(points)));
        var failed = (await store.CreateAsync(Small(Runs) with { Name = "a run that ran out of memory halfway, under a name so long that no list shows all of it" }, cancellation: token)).Id;
        await FillAsync(ingest, failed, FailedEvents());
        await using var context = await services.GetRequiredService<IDbContextFactory<StudioContext>>().CreateDbContextAsync(token);
        var (began, ended) = (DateTimeOffset.FromUnixTimeMilliseconds(1_795_400_000_000), DateTimeOffset.FromUnixTimeMilliseconds(1_795_400_240_000));
        await context.Runs.ExecuteUpdateAsync(run => run.SetProperty(one => one.State, RunState.Finished).SetProperty(one => one.StartedAt, began).SetProperty(one => one.EndedAt, ended).SetProperty(one => one.StateReason, "the trainer finished"), token);
        await context.Runs.Where(run => run.Id == failed).ExecuteUpdateAsync(run => run.SetProperty(one => one.State, RunState.Failed).SetProperty(one => one.StateReason, "The trainer ran out of memory (killed by the system at 7.8 GiB): choose a smaller micro-batch, or activation checkpointing"), token);
        return new(wide, failed, many[0].Run.Id);
    }

    private static async Task FillAsync(RunIngest ingest, long run, IEnumerable<RunEvent> events)
    {
        var (seq, offset) = (0L, 0L);
        foreach (var part in events.Chunk(Batch))
            await ingest.ApplyAsync(run, [.. part.Select(one => one with { Seq = ++seq, Time = 1_795_400_000_000 + seq * 20 })], offset += 100, TestContext.Current.CancellationToken);
    }

    private static RunSpec Small(int i) => new()
    {
        Name = $"{Areas[i % Areas.Length]} and {Areas[(i + 3) % Areas.Length]}, {Policies[i % Policies.Length]}",
        Seed = 1 + i / Policies.Length, Tags = [i % 3 == 0 ? "grid" : "tryout"],
        Model = new() { Path = "model" }, Weighting = new() { Name = Policies[i % Policies.Length] }, Training = new() { Steps = 200 },
        Tasks = [Task(Areas[i % Areas.Length]), Task(Areas[(i + 3) % Areas.Length])],
    };

    private static RunSpec Wide(int points) => new()
    {
        Name = "forty tasks", Model = new() { Path = "model" }, Weighting = new() { Name = "equal" },
        Training = new() { Steps = points / (2 * Tasks) }, Evaluation = new() { Every = Math.Max(1, points / (2 * Tasks) / Evaluations) },
        Tasks = [.. Enumerable.Range(0, Tasks).Select(k => Task($"{Areas[k % Areas.Length]}-{k / Areas.Length + 1}{(k == 7 ? "-with-a-name-that-is-longer-than-any-column" : "")}"))],
    };

    private static TaskSpec Task(string name) => new()
    {
        Name = name, Data = new() { Train = $"{name}.jsonl", Validation = $"{name}.valid.jsonl", Test = $"{name}.test.jsonl" }, Template = new() { Prompt = "{text}", Answer = "{answer}" }, Metrics = ["accuracy"],
    };

    private static StartedEvent Started(RunSpec spec) => new()
    {
        Attempt = 1, TotalSteps = spec.Training.Steps,
        Tasks = [.. spec.Tasks.Select(task => new StartedTask { Name = task.Name, PrimaryMetric = "accuracy", TrainExamples = 8000, ValidationExamples = Examples, TestExamples = Examples, PlannedShare = 1.0 / spec.Tasks.Count })],
    };

    private static IEnumerable<RunEvent> SmallEvents(RunSpec spec, int i)
    {
        yield return Started(spec);
        yield return new SeriesEvent { Series = [new() { Id = 0, Name = SeriesNames.UnifiedScore }] };
        for (var step = 0; step <= 200; step += 50)
        {
            var skill = 0.2 + (0.4 + 0.01 * i) * step / 200;
            yield return new PointsEvent { Index = step, Ids = [0], Values = [skill] };
            yield return new EvaluationEvent { Step = step, Tasks = [.. spec.Tasks.Select(task => Score(task, 2.5 - 1.5 * step / 200, skill))], UnifiedScore = skill };
            if (step is not (0 or 200)) continue;
            yield return new EvaluationEvent { Step = step, Split = "test", Tasks = [.. spec.Tasks.Select(task => Score(task, 2.5 - 1.5 * step / 200, skill))] };
            foreach (var task in spec.Tasks) yield return ByExample(task, step, 2.5 - 1.5 * step / 200, skill);
        }
        yield return new EndedEvent { Outcome = "finished", Step = 200 };
    }

    private static IEnumerable<RunEvent> WideEvents(RunSpec spec)
    {
        var (steps, random) = (spec.Training.Steps, new KeyedRandom(1, "wide"));
        yield return Started(spec);
        yield return new SeriesEvent { Series = [.. spec.Tasks.SelectMany(task => new[] { SeriesNames.TaskTrainLoss(task.Name), SeriesNames.TaskExamples(task.Name), SeriesNames.TaskValidationLoss(task.Name), SeriesNames.TaskMetric(task.Name, "accuracy") }).Select((name, id) => new SeriesDeclaration { Id = id, Name = name })] };
        int[] trained = [.. Enumerable.Range(0, 4 * Tasks).Where(id => id % 4 < 2)], evaluated = [.. Enumerable.Range(0, 4 * Tasks).Where(id => id % 4 >= 2)];
        double Loss(int k, int step) => 0.5 + (2 + 0.05 * k) * Math.Exp(-(1.0 + k % 5) * step / steps);
        double Skill(int k, int step) => 0.9 - 0.3 * Loss(k, step);
        for (var step = 0; step <= steps; step++)
        {
            if (step > 0) yield return new PointsEvent { Index = step, Examples = step * 8L * Tasks, Tokens = step * 200L * Tasks, Ids = trained, Values = [.. trained.Select(id => id % 4 == 0 ? Loss(id / 4, step) * (1 + 0.1 * random.NextNormal()) : step * 8.0)] };
            if (step % spec.Evaluation.Every != 0) continue;
            yield return new PointsEvent { Index = step, Ids = evaluated, Values = [.. evaluated.Select(id => id % 4 == 2 ? Loss(id / 4, step) : Skill(id / 4, step))] };
            yield return new EvaluationEvent { Step = step, Tasks = [.. spec.Tasks.Select((task, k) => Score(task, Loss(k, step), Skill(k, step)))] };
        }
        foreach (var step in new[] { 0, steps })
        {
            yield return new EvaluationEvent { Step = step, Split = "test", Tasks = [.. spec.Tasks.Select((task, k) => Score(task, Loss(k, step), Skill(k, step)))] };
            for (var k = 0; k < Tasks; k++) yield return ByExample(spec.Tasks[k], step, Loss(k, step), Skill(k, step));
        }
        yield return new EndedEvent { Outcome = "finished", Step = steps };
    }

    private static IEnumerable<RunEvent> FailedEvents()
    {
        var spec = Small(Runs);
        yield return Started(spec);
        yield return new SeriesEvent { Series = [.. spec.Tasks.Select((task, id) => new SeriesDeclaration { Id = id, Name = SeriesNames.TaskTrainLoss(task.Name) })] };
        for (var step = 1; step <= 90; step++) yield return new PointsEvent { Index = step, Examples = step * 16, Tokens = step * 400, Ids = [0, 1], Values = [3.0 / step + 1, 4.0 / step + 0.5] };
        yield return new AlarmEvent { Step = 88, Kind = "memory", Message = "Memory is nearly full: 7.6 of 7.8 GiB" };
        yield return new LogEvent { Level = "error", Message = "System.OutOfMemoryException: an allocation of 512 MiB failed\n" + string.Concat(Enumerable.Repeat("   at MtlStudio.Training.Loop.TrainingLoop.Step(Int32 step, CancellationToken cancellation)\n", 12)) };
        yield return new EndedEvent { Outcome = "failed", Step = 90, Message = "The trainer ran out of memory" };
    }

    private static ExampleScoresEvent ByExample(TaskSpec task, int step, double loss, double skill) => new()
    {
        Step = step, Split = "test", Task = task.Name, Examples = [.. Enumerable.Range(0, Examples)], Losses = [.. Enumerable.Repeat(loss, Examples)], Tokens = [.. Enumerable.Repeat(4, Examples)],
        // Which of them are right is as good as drawn, and their number is the score.
        Metrics = [MetricStatistics.Of("accuracy", [.. Enumerable.Range(0, Examples).Select(row => new[] { row * 37 % Examples < skill * Examples ? 1.0 : 0 })])],
    };

    private static TaskScores Score(TaskSpec task, double loss, double skill) => new() { Task = task.Name, Loss = loss, Examples = Examples, Metrics = new Dictionary<string, double> { ["accuracy"] = skill } };
}
