using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.Reviews;

/// <summary>Finished runs whose outputs came through the ingestion of events, as a trainer's would.</summary>
internal static class ReviewedRuns
{
    public const int Steps = 100, Examples = 12;

    /// <summary>What the two runs of most tests answer: "equal" is right at even rows, "pcgrad" at every third; row 5 is the same, row 7 cut and empty.</summary>
    public static string Answer(string run, string task, int example) => (run, example) switch
    {
        (_, 5) => "the same words",
        ("pcgrad", 7) => "",
        ("equal", _) => example % 2 == 0 ? $"right {task} {example}" : $"wrong answer {example}",
        _ => example % 3 == 0 ? $"right {task} {example}" : $"something else about {task}",
    };

    public static Task<long> AddAsync(RunStore store, RunIngest ingest, string name, params string[] tasks) => AddAsync(store, ingest, Spec(name, tasks), Answer);

    public static async Task<long> AddAsync(RunStore store, RunIngest ingest, RunSpec spec, Func<string, string, int, string> answer)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var run = await store.CreateAsync(spec, cancellation: cancellation);
        await store.TransitionAsync(run.Id, RunState.Starting, "a device is free", cancellation: cancellation);
        await store.TransitionAsync(run.Id, RunState.Running, "trainer started", cancellation: cancellation);
        var events = Events(spec, answer).Select((value, i) => value with { Seq = i + 1, Time = 1_800_000_000_000 + i }).ToList();
        await ingest.ApplyAsync(run.Id, events, events.Count * 100L, cancellation);
        await store.TransitionAsync(run.Id, RunState.Finished, "the trainer finished", cancellation: cancellation);
        return run.Id;
    }

    public static RunSpec Spec(string name, params string[] tasks)
    {
        // A studio that runs in the test has no such device, and so takes none of these up by itself.
        var spec = StoreHost.Spec(name, "cuda", tasks);
        return spec with { Training = new() { Steps = Steps }, Tasks = [.. spec.Tasks.Select(task => task with { Metrics = ["exact-match"] })] };
    }

    private static IEnumerable<RunEvent> Events(RunSpec spec, Func<string, string, int, string> answer)
    {
        yield return new StartedEvent { Attempt = 1, TotalSteps = Steps, Tasks = [.. spec.Tasks.Select(task => new StartedTask { Name = task.Name, PrimaryMetric = "exact-match" })] };
        foreach (var (step, split) in new[] { (0, "validation"), (Steps, "validation"), (Steps, "test") })
            foreach (var task in spec.Tasks)
                for (var example = 0; example < (split == "test" ? Examples : 4); example++)
                    yield return Sample(spec.Name, task.Name, step, split, example, step == 0 ? "untuned" : answer(spec.Name, task.Name, example));
        yield return new EndedEvent { Outcome = "finished", Step = Steps };
    }

    private static SampleEvent Sample(string run, string task, int step, string split, int example, string output) => new()
    {
        Step = step,
        Split = split,
        Task = task,
        Example = example,
        Input = $"{task} question {split} {example}",
        References = [$"reference of {task} {example}"],
        Output = output,
        Cut = run == "pcgrad" && example == 7,
        Loss = example == 3 ? double.NaN : 1 + example / 10.0,
        Scores = new Dictionary<string, double> { ["exact-match"] = output.StartsWith("right", StringComparison.Ordinal) ? 1 : 0 },
    };
}
