namespace MtlStudio.Web.Hosting;

/// <summary>Where the start's background work waits, so that whoever opens the studio is served first.</summary>
public sealed class FirstPage(StudioOptions options, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first page was answered, or <see cref="StudioOptions.QuietStart"/> after the listener stands.</summary>
    /// <exception cref="OperationCanceledException">The studio ends.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (lifetime.ApplicationStarted.Register(() => started.TrySetResult())) await started.Task.WaitAsync(cancellation);
        await Task.WhenAny(answered.Task, Task.Delay(options.QuietStart, clock, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    internal void Answered() => answered.TrySetResult();
}
