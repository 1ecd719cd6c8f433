using Hangfire;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>Serves the queue of exports, one at a time: apart from the runs' queue, whose workers stay with their runs.</summary>
internal sealed class ExportServer(IServiceProvider services) : IHostedService, IDisposable
{
    public const string Queue = "exports";

    private BackgroundJobServer? server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        server = new BackgroundJobServer(new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Queue}",
            Queues = [Queue],
            WorkerCount = 1,
            Activator = new ServiceJobActivator(services),
            ShutdownTimeout = TimeSpan.FromSeconds(5),
        }, services.GetRequiredService<JobStorage>());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        server?.SendStop();
        if (server is not null) await server.WaitForShutdownAsync(cancellationToken);
    }

    public void Dispose() => server?.Dispose();
}
