using Hangfire;
using Hangfire.Dashboard;
using Hangfire.InMemory;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.IO;
using MtlStudio.Store;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision.Exports;

namespace MtlStudio.Web.Supervision;

/// <summary>The one place where supervision and the live feed are put together.</summary>
public static class SupervisionServices
{
    /// <summary>
    /// Registers supervision, the live feed and <see cref="RunCommands"/>. Needs the store's services and an open database when the host starts.
    /// Hangfire's own registration is not used: it shares one static storage between all hosts of a process.
    /// </summary>
    /// <param name="devices">What runs may lease; empty: one CPU slot with all cores, and the GPUs that the trainer finds.</param>
    public static IServiceCollection AddSupervision(this IServiceCollection services, SupervisionOptions options, IReadOnlyList<TrainingDevice> devices)
    {
        services.AddSingleton(options);
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<IRunHistory>(provider =>
        {
            var (reader, contexts) = (provider.GetRequiredService<RunReader>(), provider.GetRequiredService<IDbContextFactory<StudioContext>>());
            return new EventFileHistory(provider.GetRequiredService<DataFolder>(), async (run, seq, cancellation) =>
                (await reader.OffsetBeforeAsync(run, seq, cancellation), await CommittedOffsetAsync(contexts, run, cancellation)));
        });
        services.AddSingleton<RunFollower>();

        services.AddSingleton<JobStorage>(new InMemoryStorage());
        services.AddSingleton<IBackgroundJobClient>(provider => new BackgroundJobClient(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<IGlobalConfiguration>(GlobalConfiguration.Configuration);
        services.AddSingleton(DashboardRoutes.Routes);

        services.AddSingleton(provider => new NodeDevices(devices, provider.GetRequiredService<RunQueue>(), provider.GetRequiredService<SettingStore>()));
        services.AddSingleton<ActiveRuns>();
        services.AddSingleton<RunMoves>();
        services.AddSingleton<RunAlarms>();
        services.AddSingleton<RunDispatcher>();
        services.AddSingleton<RunSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RunSweeper>());
        services.AddSingleton<RunCommands>();
        services.AddSingleton<StudyCommands>();
        services.AddSingleton<StudyCosts>();
        services.AddSingleton<ShareStudyCommands>();
        services.AddSingleton<TrainerProgram>();
        services.AddSingleton<RunTrials>();
        services.AddSingleton<SupervisionLifetime>();
        services.AddSingleton<SupervisionParts>();
        services.AddSingleton<RunSupervisor>();
        services.AddSingleton<DispatchJob>();
        services.AddSingleton<SupervisionService>();
        services.AddHostedService(provider => provider.GetRequiredService<SupervisionService>());
        services.AddExports();
        services.AddHostedService<VerdictService>();
        services.AddHostedService<ShareStudyService>();
        services.AddSingleton<DeviceSurvey>();
        services.AddHostedService(provider => provider.GetRequiredService<DeviceSurvey>());
        if (options.StopTrainersOnShutdown)
            services.Configure<HostOptions>(host => host.ShutdownTimeout = options.TerminateAfter + TimeSpan.FromSeconds(15));
        return services;
    }

    /// <summary>Hangfire's dashboard at /hangfire, to look at and not to touch, for this machine only.</summary>
    public static IEndpointConventionBuilder MapSupervision(this IEndpointRouteBuilder endpoints) => endpoints.MapHangfireDashboard("/hangfire", new DashboardOptions
    {
        Authorization = [new LoopbackOnlyFilter()],
        IsReadOnlyFunc = _ => true,
        DisplayStorageConnectionString = false,
        DashboardTitle = "MtlStudio · jobs",
    }, endpoints.ServiceProvider.GetRequiredService<JobStorage>());

    private static async Task<long> CommittedOffsetAsync(IDbContextFactory<StudioContext> contexts, long run, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(row => row.Id == run).Select(row => row.IngestOffset).SingleOrDefaultAsync(cancellation);
    }
}
