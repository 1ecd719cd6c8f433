namespace MtlStudio.Web.Supervision;

/// <summary>A run that a supervisor of this process watches.</summary>
public sealed class ActiveRun : IDisposable
{
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly Action<ActiveRun> remove;

    internal ActiveRun(long runId, TimeProvider clock, Action<ActiveRun> remove)
    {
        RunId = runId;
        Pulse = new RunPulse(clock);
        this.remove = remove;
    }

    public long RunId { get; }

    /// <summary>How long ago it showed life and progress.</summary>
    public RunPulse Pulse { get; }

    /// <summary>True while an alarm for want of progress stands.</summary>
    public bool Stalled { get; internal set; }

    /// <summary>Why its events cannot be stored at the moment (as a full disk), or null. They wait in its file.</summary>
    public string? Trouble { get; internal set; }

    internal TrainerProcess? Process { get; set; }

    /// <summary>Completes when the supervisor has let go of the run.</summary>
    internal TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the supervisor look at the run's state now.</summary>
    internal void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException) { /* it is awake already */ }
    }

    /// <summary>True where somebody woke it, false when the time has passed.</summary>
    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation) => wake.WaitAsync(atMost, cancellation);

    public void Dispose()
    {
        remove(this);
        Released.TrySetResult();
    }
}
