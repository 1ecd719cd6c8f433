using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.TestRig;
using MtlStudio.Testing;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>Store and supervision in this process, with fake trainers in their own.</summary>
internal sealed class TestStudio : IAsyncDisposable
{
    public static readonly string Rig = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MtlStudio.TestRig.exe" : "MtlStudio.TestRig");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder? own;
    private readonly IHost host;

    private TestStudio(TemporaryFolder? own, IHost host, DataFolder data) => (this.own, this.host, Data) = (own, host, data);

    public DataFolder Data { get; }
    public RunCommands Commands => Get<RunCommands>();
    public RunStore Store => Get<RunStore>();
    public LiveFeed Feed => Get<LiveFeed>();
    public ActiveRuns Active => Get<ActiveRuns>();

    /// <param name="folder">A data folder that outlives the studio; null: one of its own.</param>
    /// <param name="clock">The studio's own; its trainers have the machine's.</param>
    public static async Task<TestStudio> StartAsync(int slots = 1, SupervisionOptions? options = null, string? folder = null, TimeProvider? clock = null)
    {
        var own = folder is null ? new TemporaryFolder() : null;
        var data = new DataFolder(folder ?? own!.Root);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        if (clock is not null) builder.Services.AddSingleton(clock);
        builder.Services.AddStudio(data, (options ?? new()) with { Trainer = options?.Trainer is { Length: > 0 } given ? given : Rig }, slots);
        var studio = new TestStudio(own, builder.Build(), data);
        await studio.Get<StudioDatabase>().OpenAsync(TestContext.Current.CancellationToken);
        await studio.host.StartAsync(TestContext.Current.CancellationToken);
        await studio.Get<SupervisionService>().Reconciled;
        return studio;
    }

    public T Get<T>() where T : notnull => host.Services.GetRequiredService<T>();

    /// <summary>Queues a run without asking whether the data that it names is there.</summary>
    public async Task<Run> LaunchAsync(RunSpec spec)
    {
        var run = await Store.CreateAsync(spec, cancellation: TestContext.Current.CancellationToken);
        Get<RunDispatcher>().Nudge();
        return run;
    }

    public Task<Run> UntilAsync(long id, RunState state) => UntilAsync(id, run => run.State == state, state.ToString());

    public async Task<Run> UntilAsync(long id, Func<Run, bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var run = await Store.GetAsync(id, TestContext.Current.CancellationToken);
            if (condition(run)) return run;
            Assert.True(clock.Elapsed < Patience, $"run {id} is {run.State} at step {run.Step} ({run.StateReason}; {run.Failure}; {Active.Find(id)?.Trouble}) and not {what} after {Patience.TotalSeconds} s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The states a run went through.</summary>
    public async Task<IReadOnlyList<RunState>> StatesAsync(long id) =>
        [.. (await Get<RunReader>().TransitionsAsync(id, TestContext.Current.CancellationToken)).Select(row => row.ToState)];

    /// <summary>The run's lock file's holder, once it has written itself there.</summary>
    public async Task<ProcessIdentity> TrainerAsync(long id)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (RunLock.ReadHolder(Data.Run(id).Lock) is { } holder && holder.IsAlive()) return holder;
            Assert.True(clock.Elapsed < Patience, $"run {id} has no trainer");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async Task<List<Alarm>> AlarmsAsync(long id)
    {
        await using var context = await Get<IDbContextFactory<StudioContext>>().CreateDbContextAsync();
        return await context.Alarms.Where(alarm => alarm.RunId == id).ToListAsync();
    }

    /// <summary>Ends the studio as Ctrl-C does.</summary>
    public async Task StopAsync()
    {
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in Active.All) run.Process?.TryKill();
        await StopAsync();
        own?.Dispose();
    }
}
