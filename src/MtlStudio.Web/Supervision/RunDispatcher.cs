using Hangfire;
using Hangfire.States;

namespace MtlStudio.Web.Supervision;

/// <summary>Puts jobs into the queue that look for a run to start. A job names no run: the store says which is next when the job comes.</summary>
public sealed class RunDispatcher(IBackgroundJobClient jobs)
{
    /// <summary>The one queue: there are as many workers as devices, and a job holds its worker while its run trains.</summary>
    public const string Queue = "runs";

    /// <summary>Call after whatever may let a run start: one was queued, or moved in the queue, or a device became free. Too often does no harm.</summary>
    public void Nudge() => jobs.Create<DispatchJob>(job => job.RunAsync(), new EnqueuedState(Queue));

    /// <summary>The same, in a while: the store could not be asked now.</summary>
    public void NudgeLater(TimeSpan after) => jobs.Create<DispatchJob>(job => job.RunAsync(), new ScheduledState(after));
}
