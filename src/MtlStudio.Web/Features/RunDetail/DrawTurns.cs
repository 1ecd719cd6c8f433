namespace MtlStudio.Web.Features.RunDetail;

/// <summary>
/// Spaces the drawings of pages that are many. What they follow comes to all of them at one moment: drawn at once in all of them it holds up the
/// numbers of each for as long as all drawings take together, and one after the other hardly at all.
/// </summary>
public sealed class DrawTurns(TimeProvider clock)
{
    /// <summary>Between the beginnings of two pages' drawings.</summary>
    internal static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(150);

    private readonly Lock gate = new();
    /// <summary>Of the clock that counts on whatever the hour is set to.</summary>
    private readonly long began = clock.GetTimestamp();
    private TimeSpan next;

    /// <summary>Completes when it is the caller's turn.</summary>
    public Task WaitAsync(CancellationToken cancellation) => Reserve() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellation) : Task.CompletedTask;

    /// <summary>From now to the caller's turn.</summary>
    internal TimeSpan Reserve()
    {
        lock (gate)
        {
            var now = clock.GetElapsedTime(began);
            var turn = next > now ? next : now;
            next = turn + Apart;
            return turn - now;
        }
    }
}
