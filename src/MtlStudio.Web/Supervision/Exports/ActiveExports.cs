using System.Collections.Concurrent;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>The exports that wait or are written in this studio now; cancelling ends one.</summary>
internal sealed class ActiveExports
{
    private readonly ConcurrentDictionary<(long Run, string Name), CancellationTokenSource> active = [];

    /// <summary>False where it is active already.</summary>
    public bool TryAdd(long run, string name)
    {
        var source = new CancellationTokenSource();
        if (active.TryAdd((run, name), source)) return true;
        source.Dispose();
        return false;
    }

    public bool Contains(long run, string name) => active.ContainsKey((run, name));

    /// <summary>What its end is told by; none once it is gone.</summary>
    public CancellationToken? Token(long run, string name) => active.TryGetValue((run, name), out var source) ? source.Token : null;

    public void Cancel(long run, string name)
    {
        if (active.TryGetValue((run, name), out var source)) source.Cancel();
    }

    public void Remove(long run, string name)
    {
        // Not disposed: whoever cancels it at this moment must not meet a disposed source, and it holds nothing but memory.
        active.TryRemove((run, name), out _);
    }
}
