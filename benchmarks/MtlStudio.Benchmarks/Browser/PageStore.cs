using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Benchmarks.Browser;

/// <summary>A line as both sides draw it: a value for each step from 1 on.</summary>
internal sealed record PageLine(string Series, double[] Values);

/// <summary>A run with its lines.</summary>
internal sealed record PageRun(long Id, IReadOnlyList<PageLine> Lines);

/// <summary>Finished runs with lines of known values, written by the ingestion that every run goes through.</summary>
internal static class PageStore
{
    public const int Tasks = 8;
    private const int Batch = 1_000;

    public static string TaskName(int task) => $"task-{task + 1}";

    /// <param name="names">The series of one task by its name.</param>
    public static async Task<IReadOnlyList<PageRun>> FillAsync(string folder, int count, int steps, Func<string, IReadOnlyList<string>> names)
    {
        await using var services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder)).BuildServiceProvider();
        await services.GetRequiredService<StudioDatabase>().OpenAsync();
        var runs = new List<PageRun>();
        for (var i = 0; i < count; i++)
        {
            List<PageLine> lines = [.. Enumerable.Range(0, Tasks).SelectMany(task => names(TaskName(task)).Select((name, kind) => new PageLine(name, Values(i, task, kind, steps))))];
            runs.Add(new(await WriteAsync(services, i, steps, lines), lines));
        }
        return runs;
    }

    private static async Task<long> WriteAsync(ServiceProvider services, int number, int steps, List<PageLine> lines)
    {
        var (store, ingest) = (services.GetRequiredService<RunStore>(), services.GetRequiredService<RunIngest>());
        // Of different models, so that no two are seeds of one training and each has a line of its own.
        var run = (await store.CreateAsync(new()
        {
            Name = $"page {number + 1}", Model = new() { Path = $"model-{number}-{steps}" }, Training = new() { Steps = steps },
            Tasks = [.. Enumerable.Range(0, Tasks).Select(task => new TaskSpec { Name = TaskName(task), Data = new() { Train = $"task-{task}.jsonl" }, Template = new() { Prompt = "{question}", Answer = "{answer}" } })],
        })).Id;
        await store.TransitionAsync(run, RunState.Starting, "cpu:0 is free");
        await store.TransitionAsync(run, RunState.Running, "trainer started");
        var (seq, offset) = (0L, 0L);
        foreach (var part in Events(steps, lines).Chunk(Batch))
            await ingest.ApplyAsync(run, [.. part.Select(value => value with { Seq = ++seq, Time = 1_800_000_000_000 + seq * 50 })], offset += 100);
        await store.TransitionAsync(run, RunState.Finished, "the trainer finished");
        return run;
    }

    private static IEnumerable<RunEvent> Events(int steps, List<PageLine> lines)
    {
        yield return new StartedEvent { Attempt = 1, TotalSteps = steps, Tasks = [.. Enumerable.Range(0, Tasks).Select(task => new StartedTask { Name = TaskName(task), TrainExamples = 8000, PlannedShare = 1.0 / Tasks })] };
        yield return new SeriesEvent { Series = [.. lines.Select((line, id) => new SeriesDeclaration { Id = id, Name = line.Series })] };
        int[] ids = [.. Enumerable.Range(0, lines.Count)];
        for (var step = 1; step <= steps; step++)
            yield return new PointsEvent { Index = step, Examples = step * 8L * Tasks, Tokens = step * 200L * Tasks, Ids = ids, Values = [.. lines.Select(line => line.Values[step - 1])] };
        yield return new EndedEvent { Outcome = "finished", Step = steps };
    }

    /// <summary>A falling loss with noise.</summary>
    private static double[] Values(int run, int task, int kind, int steps)
    {
        var random = new KeyedRandom(run, "page", task, kind);
        var values = new double[steps];
        for (var i = 0; i < steps; i++) values[i] = (0.8 + 0.1 * task + 2.4 * Math.Exp(-(4.0 + 0.2 * run) * i / steps)) * (1 + 0.1 * random.NextNormal());
        return values;
    }
}
