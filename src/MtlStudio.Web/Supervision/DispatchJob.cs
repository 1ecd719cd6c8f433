using Hangfire;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>One look at the queue: takes the next run that fits a free device and stays with it until its attempt is settled, else ends.</summary>
internal sealed partial class DispatchJob(RunQueue queue, RunSupervisor supervisor, RunMoves moves, RunDispatcher dispatcher, NodeDevices devices, SupervisionLifetime lifetime, ILogger<DispatchJob> log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Called by Hangfire. It takes no job token: a job deleted on the dashboard must not leave its trainer unwatched.</summary>
    [AutomaticRetry(Attempts = 0), Queue(RunDispatcher.Queue)]
    public async Task RunAsync()
    {
        if (lifetime.IsEnding) return;
        try
        {
            if (await queue.PickNextAsync(devices.Node, lifetime.Detach) is not { } picked) return;
            moves.Announce(picked.Run);
            await supervisor.StartAsync(picked.Run.Id, await devices.FindAsync(picked.Device, lifetime.Detach), lifetime.Detach);
            await devices.ReleasedAsync(picked.Device);
            dispatcher.Nudge();
        }
        catch (OperationCanceledException) when (lifetime.Detach.IsCancellationRequested)
        {
            // The trainer trains on; the next studio takes it over.
        }
        catch (Exception e)
        {
            LogFailed(log, e, RetryAfter.TotalSeconds);
            dispatcher.NudgeLater(RetryAfter);
        }
    }

    [LoggerMessage(LogLevel.Error, "The queue could not be served; it is tried again in {Seconds} s")]
    private static partial void LogFailed(ILogger log, Exception exception, double seconds);
}
