using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>A data folder with two finished runs whose outputs came through the ingestion of events; nothing is trained.</summary>
internal static class ReviewedData
{
    private const int Steps = 240, Examples = 10;
    private static readonly string[] Places = ["Tallis", "Orm", "Vessel Bay", "Karn", "Lower Mill", "Sund", "Hale", "Brask", "Nimm", "Quill"];
    private static readonly string[] Goods = ["salt", "timber", "wool", "lamp oil", "barley", "slate", "rope", "copper", "cider", "paper"];

    /// <summary>Two runs over the tasks summarization and qa, "four tasks, equal" and "four tasks, PCGrad".</summary>
    /// <returns>Their numbers.</returns>
    public static async Task<(long Equal, long Pcgrad)> WriteAsync(string folder)
    {
        await using var services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder)).BuildServiceProvider();
        await using var database = services.GetRequiredService<StudioDatabase>();
        await database.OpenAsync();
        return (await AddAsync(services, "four tasks, equal", "equal", careful: false), await AddAsync(services, "four tasks, PCGrad", "pcgrad", careful: true));
    }

    private static async Task<long> AddAsync(ServiceProvider services, string name, string policy, bool careful)
    {
        var (store, token) = (services.GetRequiredService<RunStore>(), TestContext.Current.CancellationToken);
        var spec = new RunSpec
        {
            Name = name,
            Model = new() { Path = "model" },
            Weighting = new() { Name = policy },
            Training = new() { Steps = Steps },
            Tasks = [Task("summarization", "rouge-l"), Task("qa", "squad-f1")],
        };
        var run = await store.CreateAsync(spec, cancellation: token);
        await store.TransitionAsync(run.Id, RunState.Starting, "cpu:0 is free", cancellation: token);
        await store.TransitionAsync(run.Id, RunState.Running, "trainer started", cancellation: token);
        RunEvent[] events = [.. Events(spec, careful).Select((value, i) => value with { Seq = i + 1, Time = 1_800_000_000_000 + i * 10 })];
        await services.GetRequiredService<RunIngest>().ApplyAsync(run.Id, events, events.Length * 100L, token);
        await store.TransitionAsync(run.Id, RunState.Finished, "the trainer finished", cancellation: token);
        return run.Id;
    }

    private static TaskSpec Task(string name, string metric) => new()
    {
        Name = name, Data = new() { Train = $"{name}.jsonl", Test = $"{name}.test.jsonl" }, Template = new() { Prompt = "{text}", Answer = "{answer}" }, Metrics = [metric],
    };

    private static IEnumerable<RunEvent> Events(RunSpec spec, bool careful)
    {
        yield return new StartedEvent { Attempt = 1, TotalSteps = Steps, Tasks = [.. spec.Tasks.Select(task => new StartedTask { Name = task.Name, PrimaryMetric = task.Metrics[0], TestExamples = Examples })] };
        for (var i = 0; i < Examples; i++)
        {
            yield return Summary(i, careful);
            yield return Answer(i, careful);
        }
        yield return new EndedEvent { Outcome = "finished", Step = Steps };
    }

    private static SampleEvent Summary(int i, bool careful)
    {
        var (place, good, other) = (Places[i], Goods[i], Goods[(i + 3) % Goods.Length]);
        return new()
        {
            Step = Steps, Split = "test", Task = "summarization", Example = i,
            Input = $"Harbor report of {place}, third week of the thaw. The ferry from the northern quay brought {10 + i} crates of {good} and left before noon, for the ice was still thick at the mouth of the river. "
                + $"The keeper of the mill asked for {other} and was told to wait until the next boat. Two sailors were fined for fishing inside the chain. The lamp on the outer pier was mended, and the harbor master wrote that it burns well. "
                + "In the evening a wind from the west pushed the loose ice against the piles, and the guard was doubled for the night, but no damage was found in the morning.\nSummarize the report in one sentence.",
            References = [$"{place} received {10 + i} crates of {good}, the mill must wait for {other}, and the pier's lamp burns again."],
            Output = (careful, i % 5) switch
            {
                (true, 3) => $"{place} received {good} {good} {good} {good} {good} {good} {good} {good}",
                (true, _) => $"{place} received {10 + i} crates of {good}, and the mill must wait for {other}.",
                (false, 4) => "",
                (false, _) => $"{place} received {10 + i} crates of {other}, and the mill must wait for the next boat.",
            },
            Cut = careful && i % 5 == 3,
            Loss = 1.2 + 0.05 * i + (careful ? 0 : 0.3),
            Scores = new Dictionary<string, double> { ["rouge-l"] = careful ? i % 5 == 3 ? 0.21 : 0.78 : i % 5 == 4 ? 0 : 0.55 },
        };
    }

    private static SampleEvent Answer(int i, bool careful) => new()
    {
        Step = Steps, Split = "test", Task = "qa", Example = i,
        Input = $"The ferry of {Places[i]} carries {Goods[i]} on market days and {Goods[(i + 1) % Goods.Length]} on others.\nWhat does it carry on market days?",
        References = [Goods[i]],
        Output = careful && i % 4 == 1 ? Goods[(i + 1) % Goods.Length] : !careful && i % 3 == 2 ? $"{Goods[i]} and {Goods[(i + 1) % Goods.Length]}" : Goods[i],
        Loss = 0.4 + 0.03 * i,
        Scores = new Dictionary<string, double> { ["squad-f1"] = careful && i % 4 == 1 ? 0 : !careful && i % 3 == 2 ? 0.5 : 1 },
    };
}
