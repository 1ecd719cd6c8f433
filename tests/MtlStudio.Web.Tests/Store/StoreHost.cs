using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

/// <summary>A store in a temporary data folder, with a clock that stands until it is moved.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    // Migrated once; every test begins with a copy.
    private static readonly Lazy<Task<byte[]>> Empty = new(MakeEmptyAsync);

    private readonly ServiceProvider services;
    private readonly bool ownsFolder;

    private StoreHost(DataFolder folder, bool ownsFolder)
    {
        (Folder, this.ownsFolder) = (folder, ownsFolder);
        services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Clock).AddStudioStore(folder).BuildServiceProvider();
    }

    public DataFolder Folder { get; }
    public ManualClock Clock { get; } = new();
    public StudioDatabase Database => Get<StudioDatabase>();
    public RunStore Store => Get<RunStore>();
    public RunQueue Queue => Get<RunQueue>();
    public RunReader Reader => Get<RunReader>();
    public RunIngest Ingest => Get<RunIngest>();
    public MetricReader Metrics => Get<MetricReader>();
    public StoreWriter Writer => Get<StoreWriter>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A new store; or, given one's folder, what a studio finds that starts on it.</summary>
    public static async Task<StoreHost> OpenAsync(DataFolder? folder = null)
    {
        var host = new StoreHost(folder ?? NewFolder(), folder is null);
        if (folder is null) await File.WriteAllBytesAsync(host.Folder.Database, await Empty.Value, Cancellation);
        await host.Database.OpenAsync(Cancellation);
        return host;
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public StudioContext Context() => Get<IDbContextFactory<StudioContext>>().CreateDbContext();

    public Task<Run> CreateAsync(string name = "run", string device = "cpu", params string[] tasks) => Store.CreateAsync(Spec(name, device, tasks), cancellation: Cancellation);

    /// <summary>A run that has been given its device and whose trainer runs.</summary>
    public async Task<Run> CreateRunningAsync(string name = "run")
    {
        await Queue.RegisterDevicesAsync("here", [new("cpu:0", "cpu")], Cancellation);
        await CreateAsync(name);
        var picked = await Queue.PickNextAsync("here", Cancellation);
        return await Store.TransitionAsync(picked!.Run.Id, RunState.Running, "trainer started", cancellation: Cancellation);
    }

    public static RunSpec Spec(string name = "run", string device = "cpu", params string[] tasks) => new()
    {
        Name = name,
        Model = new() { Path = "model" },
        Device = new() { Kind = device },
        Tasks = [.. (tasks.Length > 0 ? tasks : ["qa", "summary"]).Select(task => new TaskSpec
        {
            Name = task,
            Data = new() { Train = $"{task}.jsonl" },
            Template = new() { Prompt = "{question}", Answer = "{answer}" },
        })],
    };

    private static DataFolder NewFolder() => new(Directory.CreateTempSubdirectory("mtl-store-").FullName);

    private static async Task<byte[]> MakeEmptyAsync()
    {
        await using var host = new StoreHost(NewFolder(), ownsFolder: true);
        await host.Database.OpenAsync();
        await host.Database.DisposeAsync();
        return await File.ReadAllBytesAsync(host.Folder.Database);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (ownsFolder) Directory.Delete(Folder.Root, recursive: true);
    }
}

internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}
