using Hangfire;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Supervision's life with the studio. At the start it takes over or settles what had a trainer, and serves the queue; at the end it
/// lets go of the trainers, which train on, or where the settings say so asks them to save and end first.
/// </summary>
internal sealed partial class SupervisionService : IHostedService, IDisposable
{
    private readonly IServiceProvider services;
    private readonly SupervisionParts parts;
    private readonly SupervisionLifetime lifetime;
    private readonly NodeDevices devices;
    private readonly RunDispatcher dispatcher;
    private readonly ILogger log;
    private readonly TaskCompletionSource reconciled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> adopted = [];
    private Task starting = Task.CompletedTask;
    private readonly List<BackgroundJobServer> servers = [];
    private readonly Lock gate = new();
    private int workers;

    public SupervisionService(IServiceProvider services, SupervisionParts parts, SupervisionLifetime lifetime, NodeDevices devices, RunDispatcher dispatcher, ILogger<SupervisionService> log) =>
        (this.services, this.parts, this.lifetime, this.devices, this.dispatcher, this.log) = (services, parts, lifetime, devices, dispatcher, log);

    /// <summary>Completes when every run found at the start has a supervisor or is queued, and the queue is served.</summary>
    public Task Reconciled => reconciled.Task;

    /// <summary>Begins in the background: the first page need not wait for it. The database must be open.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        starting = Task.Run(BeginAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lifetime.Begin();
        await starting;
        if (parts.Options.StopTrainersOnShutdown) await StopTrainersAsync(cancellationToken);
        await lifetime.DetachAsync();
        devices.Grown -= Serve;
        foreach (var server in servers) server.SendStop();
        foreach (var server in servers) await server.WaitForShutdownAsync(cancellationToken);
        await Task.WhenAll(adopted);
    }

    public void Dispose()
    {
        foreach (var server in servers) server.Dispose();
    }

    private async Task BeginAsync()
    {
        try
        {
            await devices.RegisterAsync(lifetime.Detach);
            var reconciler = services.GetRequiredService<Store.Reconciler>();
            await reconciler.MendLeasesAsync(lifetime.Detach);
            var found = await reconciler.SurveyAsync(lifetime.Detach);
            adopted.AddRange(found.Active.Select(run => Task.Run(() => AdoptAsync(run))));
            Start(StudioJobs.Queue, StudioJobs.Workers);
            devices.Grown += Serve;
            Serve();
            for (var i = 0; i < Math.Min(found.Queued.Count, devices.All.Count); i++) dispatcher.Nudge();
            reconciled.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            reconciled.TrySetCanceled();
        }
        catch (Exception e)
        {
            LogNotStarted(log, e);
            reconciled.TrySetException(e);
        }
    }

    /// <summary>A worker a device: a job holds its own while its run trains. More devices get more.</summary>
    private void Serve()
    {
        int more;
        lock (gate)
        {
            more = devices.All.Count - workers;
            if (more <= 0 || lifetime.IsEnding) return;
            Start(RunDispatcher.Queue, more);
            workers += more;
        }
        for (var i = 0; i < more; i++) dispatcher.Nudge();
    }

    private void Start(string queue, int workerCount)
    {
        lock (gate)
            servers.Add(new BackgroundJobServer(new BackgroundJobServerOptions
            {
                ServerName = $"{devices.Node}-{queue}-{servers.Count}",
                Queues = [queue],
                WorkerCount = workerCount,
                Activator = new ServiceJobActivator(services),
                SchedulePollingInterval = TimeSpan.FromSeconds(1),
                ShutdownTimeout = TimeSpan.FromSeconds(10),
            }, services.GetRequiredService<JobStorage>()));
    }

    private async Task AdoptAsync(Run run)
    {
        try
        {
            await services.GetRequiredService<RunSupervisor>().AdoptAsync(run.Id, lifetime.Detach);
            await devices.ReleasedAsync(run.Device);
            dispatcher.Nudge();
        }
        catch (OperationCanceledException) when (lifetime.Detach.IsCancellationRequested)
        {
            // The trainer trains on; the next studio takes it over.
        }
        catch (Exception e)
        {
            LogNotAdopted(log, e, run.Id);
        }
    }

    private async Task StopTrainersAsync(CancellationToken cancellation)
    {
        var active = parts.ActiveRuns.All;
        LogStopping(log, active.Count);
        foreach (var run in active) run.Process?.TryTerminate();
        try
        {
            await Task.WhenAll(active.Select(run => run.Released.Task)).WaitAsync(parts.Options.TerminateAfter, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogStillThere(log, parts.ActiveRuns.All.Count);
        }
    }

    [LoggerMessage(LogLevel.Critical, "Runs cannot be supervised: restart the studio when the cause is mended")]
    private static partial void LogNotStarted(ILogger log, Exception exception);

    [LoggerMessage(LogLevel.Error, "Run {Run} could not be taken over")]
    private static partial void LogNotAdopted(ILogger log, Exception exception, long run);

    [LoggerMessage(LogLevel.Information, "The studio ends: {Count} trainers are asked to save a checkpoint and end")]
    private static partial void LogStopping(ILogger log, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} trainers have not ended in time; they train on")]
    private static partial void LogStillThere(ILogger log, int count);
}
