using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

/// <summary>A made-up run with all that tables show of it, kept beside the store to compare with.</summary>
internal sealed record MadeUpRun(Run Run, RunSpec Spec, IReadOnlyDictionary<string, double> Validation, IReadOnlyDictionary<string, double> Test)
{
    public IReadOnlyList<string> Tags => Spec.Tags;
    public IReadOnlyList<string> Tasks => [.. Spec.Tasks.Select(task => task.Name)];
}

/// <summary>Puts runs of every kind in a store, the way a studio does: launched, moved through states, scored.</summary>
internal static class MadeUpRuns
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<IReadOnlyList<MadeUpRun>> AddAsync(StoreHost host, int count, long seed = 1)
    {
        var random = new KeyedRandom(seed, "runs");
        var made = new List<MadeUpRun>();
        for (var i = 0; i < count; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(random.NextInt(600)));
            var spec = Spec(ref random, i);
            var run = await host.Store.CreateAsync(spec, cancellation: Cancellation);
            var (validation, test) = (new Dictionary<string, double>(), new Dictionary<string, double>());
            var state = random.NextInt(5);
            if (state > 0)
            {
                await host.Store.TransitionAsync(run.Id, RunState.Starting, "a device is free", cancellation: Cancellation);
                await host.Store.TransitionAsync(run.Id, RunState.Running, "started", cancellation: Cancellation);
                var events = Events(ref random, spec, validation, test);
                await host.Ingest.ApplyAsync(run.Id, events, events.Count * 100, Cancellation);
                host.Clock.Advance(TimeSpan.FromSeconds(random.NextInt(4000)));
                if (state > 2) await host.Store.TransitionAsync(run.Id, state == 3 ? RunState.Failed : RunState.Finished, "over", cancellation: Cancellation);
            }
            if (random.NextInt(6) == 0) await host.Store.UpdateAsync(run.Id, row => row.Archived = true, Cancellation);
            made.Add(new(await host.Store.GetAsync(run.Id, Cancellation), spec, validation, test));
        }
        // Fields as they stand when all is done.
        return made;
    }

    private static RunSpec Spec(ref KeyedRandom random, int i)
    {
        string[] names = ["four tasks", "night run", "100%_ sure", "Über", "it's \"so\"", "back\\slash", "plain"];
        string[] policies = ["equal", "uw", "pcgrad"];
        var mode = random.NextInt(3) == 0 ? "task-token" : null;
        var options = random.NextInt(2) == 0 ? new Dictionary<string, JsonElement> { ["rank"] = JsonElement.Parse(random.NextInt(2) == 0 ? "16" : "4") } : [];
        string[] mix = random.NextInt(3) == 0 ? ["qa"] : ["qa", "sentiment"];
        string[] tags = [.. new[] { "night", "a b", "four", "8" }.Where(_ => i % 2 == 0)];
        tags = tags.Length == 0 || random.NextInt(3) == 0 ? [] : [tags[random.NextInt(4)], tags[random.NextInt(4)]];
        return StoreHost.Spec($"{names[random.NextInt(names.Length)]}", "cpu", mix) with
        {
            Seed = 1 + random.NextInt(3),
            Note = random.NextInt(3) == 0 ? "looks at the four of PCGRAD" : null,
            Tags = [.. tags.Distinct()],
            Weighting = new() { Name = mix.Length > 1 ? policies[random.NextInt(3)] : "equal" },
            Peft = new("lora") { Options = options },
            Training = new() { Steps = 100 * (1 + random.NextInt(4)), LossMode = mode },
        };
    }

    private static List<RunEvent> Events(ref KeyedRandom random, RunSpec spec, Dictionary<string, double> validation, Dictionary<string, double> test)
    {
        var events = new List<RunEvent>
        {
            new StartedEvent { Attempt = 1, TotalSteps = spec.Training.Steps, Tasks = [.. spec.Tasks.Select(task => new StartedTask { Name = task.Name, PrimaryMetric = task.Name == "qa" ? "f1" : "accuracy" })] },
        };
        var evaluations = random.NextInt(3);
        for (var i = 0; i < evaluations; i++)
        {
            foreach (var split in i == evaluations - 1 && random.NextInt(2) == 0 ? new[] { "validation", "test" } : ["validation"])
            {
                var tasks = new List<TaskScores>();
                foreach (var task in spec.Tasks)
                {
                    var (metric, score) = (task.Name == "qa" ? "f1" : "accuracy", random.NextInt(8) == 0 ? double.NaN : random.NextInt(5) / 4.0);
                    tasks.Add(new() { Task = task.Name, Loss = random.NextDouble(), Examples = 5, Metrics = new Dictionary<string, double> { [metric] = score } });
                    foreach (var key in new[] { $"{task.Name}/{metric}", task.Name }) (split == "test" ? test : validation)[key] = score;
                }
                events.Add(new EvaluationEvent { Step = i * 10, Split = split, Tasks = tasks, UnifiedScore = random.NextInt(3) / 2.0 });
            }
        }
        return [.. events.Select((value, i) => value with { Seq = i + 1, Time = 1_800_000_000_000 + i })];
    }
}
