namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Whether anybody can see the page. While nobody can it rests long, and shows what came as soon as somebody looks again.</summary>
public sealed class Attention(TimeProvider clock)
{
    private readonly Lock gate = new();
    private TaskCompletionSource? seen;

    /// <summary>True until the browser says otherwise.</summary>
    public bool IsThere
    {
        get { lock (gate) return seen is null; }
        set
        {
            lock (gate)
            {
                if (!value)
                {
                    seen ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                    return;
                }
                seen?.TrySetResult();
                seen = null;
            }
        }
    }

    /// <summary>Waits for <paramref name="rest"/> while somebody looks; else for <paramref name="away"/>, or until somebody does.</summary>
    public async Task RestAsync(TimeSpan rest, TimeSpan away, CancellationToken cancellation)
    {
        Task? look;
        lock (gate) look = seen?.Task;
        if (look is null)
        {
            await Task.Delay(rest, clock, cancellation);
            return;
        }
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(look, Task.Delay(away, clock, late.Token));
        await late.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
