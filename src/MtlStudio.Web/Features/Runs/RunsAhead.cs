using System.Collections.Concurrent;

namespace MtlStudio.Web.Features.Runs;

/// <summary>
/// What a page of runs showed that the server drew ahead of its circuit: the circuit's first drawing shows the same, so that no row blinks, and
/// reads anew after that. Kept for some seconds, and of the newest pages only.
/// </summary>
public sealed class RunsAhead(TimeProvider clock)
{
    private const int Most = 16;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(RunsAddress, long?), (RunsSnapshot Shown, DateTimeOffset At)> _kept = new();

    public void Keep(RunsAddress address, long? view, RunsSnapshot shown)
    {
        var now = clock.GetUtcNow();
        foreach (var old in _kept.Where(pair => now - pair.Value.At > Life).ToList()) _kept.TryRemove(old);
        if (_kept.Count < Most) _kept[(address, view)] = (shown, now);
    }

    /// <summary>For one circuit: the next one to ask finds nothing.</summary>
    /// <returns>Null where nothing was drawn ahead, or too long ago.</returns>
    public RunsSnapshot? Take(RunsAddress address, long? view) => _kept.TryRemove((address, view), out var kept) && clock.GetUtcNow() - kept.At <= Life ? kept.Shown : null;
}
