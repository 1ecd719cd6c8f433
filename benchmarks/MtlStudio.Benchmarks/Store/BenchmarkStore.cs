using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Benchmarks.Store;

/// <summary>A store in a folder of its own, and the events of a made-up run of many steps.</summary>
internal sealed class BenchmarkStore : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private BenchmarkStore(DataFolder folder) => services = new ServiceCollection().AddLogging().AddStudioStore(folder).BuildServiceProvider();

    public RunIngest Ingest => services.GetRequiredService<RunIngest>();
    public MetricReader Metrics => services.GetRequiredService<MetricReader>();
    public RunReader Reader => services.GetRequiredService<RunReader>();
    public RunStore Store => services.GetRequiredService<RunStore>();

    public static async Task<BenchmarkStore> OpenAsync(string folder)
    {
        var store = new BenchmarkStore(new(folder));
        await store.services.GetRequiredService<StudioDatabase>().OpenAsync();
        return store;
    }

    public async Task<long> CreateRunAsync()
    {
        var spec = new RunSpec
        {
            Name = "benchmark",
            Model = new() { Path = "model" },
            Tasks = [new() { Name = "qa", Data = new() { Train = "qa.jsonl" }, Template = new() { Prompt = "{q}", Answer = "{a}" } }],
        };
        return (await Store.CreateAsync(spec)).Id;
    }

    public static SeriesEvent Declare(int series) => new()
    {
        Seq = 1,
        Series = [.. Enumerable.Range(0, series).Select(id => new SeriesDeclaration { Id = id, Name = $"loss/train/task{id}" })],
    };

    /// <summary>Events of the steps from <paramref name="first"/> on, one value of each series a step.</summary>
    public static List<RunEvent> Steps(int first, int count, int series)
    {
        var random = new KeyedRandom(1, "benchmark", first);
        var ids = Enumerable.Range(0, series).ToArray();
        var events = new List<RunEvent>(count);
        for (var step = first; step < first + count; step++)
        {
            var values = new double[series];
            for (var i = 0; i < series; i++) values[i] = random.NextNormal();
            events.Add(new PointsEvent { Seq = step + 2, Time = 1_800_000_000_000 + step * 50L, Index = step, Examples = step * 32L, Tokens = step * 2000L, Ids = ids, Values = values });
        }
        return events;
    }

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
