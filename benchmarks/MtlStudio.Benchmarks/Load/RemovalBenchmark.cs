using System.Diagnostics;
using System.Globalization;
using MtlStudio.Benchmarks.Compare;
using MtlStudio.Benchmarks.Store;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Benchmarks.Load;

/// <summary>How long a live run's batches wait while a run of 40 tasks and 20,000 steps is deleted beside it, as a user and as retention delete.</summary>
internal static class RemovalBenchmark
{
    private const int Series = 20, StepsABatch = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40), Quiet = TimeSpan.FromSeconds(10);

    /// <param name="folder">The store of the command load; it is left as it was.</param>
    public static async Task<int> RunAsync(string folder)
    {
        var doomed = (await CompareStore.FillAsync(folder, new(1, LoadStore.Tasks, LoadStore.Steps) { Baselines = false, First = 1_000_000 }))[0];
        await using var store = await PageReads.OpenAsync(folder);
        await store.Get<StudioDatabase>().Purge;
        var live = (await store.Get<RunStore>().CreateAsync(new()
        {
            Name = "live", Model = new() { Path = "model" },
            Tasks = [new() { Name = "qa", Data = new() { Train = "qa.jsonl" }, Template = new() { Prompt = "{q}", Answer = "{a}" } }],
        })).Id;
        await store.Get<RunIngest>().ApplyAsync(live, [BenchmarkStore.Declare(Series)], 1);
        var step = 0;
        Console.WriteLine("| meanwhile | batches | median, ms | 95th percentile, ms | longest, ms |\n| --- | ---: | ---: | ---: | ---: |");
        await IngestAsync("nothing", Task.Delay(Quiet));
        var began = Stopwatch.GetTimestamp();
        await IngestAsync("a run of 3.2 M points is deleted", Task.Run(() => store.Get<RunRemoval>().DeleteAsync(doomed)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The deletion took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s."));
        await store.Get<RunRemoval>().DeleteAsync(live);
        return 0;

        async Task IngestAsync(string what, Task meanwhile)
        {
            var waits = new List<double>();
            while (!meanwhile.IsCompleted)
            {
                var batch = BenchmarkStore.Steps(step, StepsABatch, Series);
                step += StepsABatch;
                var since = Stopwatch.GetTimestamp();
                await store.Get<RunIngest>().ApplyAsync(live, batch, step + 2L);
                waits.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                await Task.Delay(Pace);
            }
            await meanwhile;
            waits.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {waits.Count} | {waits[waits.Count / 2]:0.0} | {waits[waits.Count * 95 / 100]:0.0} | {waits[^1]:0.0} |"));
        }
    }
}
