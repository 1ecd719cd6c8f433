using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MtlStudio.Web.Layout;

/// <summary>
/// What a page reads before it can show itself. A page that the server draws ahead of its circuit is made twice; what its first making read is kept for
/// the second, which so shows the same at once: nothing blinks, and nothing is read twice. One for a request or a circuit.
/// </summary>
public sealed class FirstReads(FirstReadsShelf shelf)
{
    private ConcurrentDictionary<string, object?>? kept;

    /// <summary>True while the server draws a page ahead of its circuit.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>True while a circuit draws for the first time what was drawn ahead of it.</summary>
    public bool IsTakingOver => kept is not null && !IsAhead;

    /// <summary>Keeps what is read from now on.</summary>
    /// <param name="page">What the circuit will ask by; not to be guessed.</param>
    public void Begin(string page)
    {
        IsAhead = true;
        kept = shelf.Keep(page);
    }

    /// <summary>Gives out what was read ahead, until <see cref="End"/>; where too much time has passed, nothing.</summary>
    public void TakeOver(string page) => kept = shelf.Take(page);

    /// <summary>The circuit has drawn its first page: what comes now is read.</summary>
    public void End()
    {
        if (!IsAhead) kept = null;
    }

    /// <summary>What was read under the name ahead of this circuit, once; else reads.</summary>
    /// <param name="name">Of all that a page reads, the same in both makings.</param>
    public async Task<T> ReadAsync<T>(string name, Func<Task<T>> read)
    {
        if (TryTake<T>(name, out var found)) return found;
        var value = await read();
        if (IsAhead && kept is not null) kept[name] = value;
        return value;
    }

    /// <summary>True where it was read ahead of this circuit and not yet asked for.</summary>
    public bool TryTake<T>(string name, out T value)
    {
        (value, var found) = IsTakingOver && kept!.TryRemove(name, out var known) ? ((T)known!, true) : (default!, false);
        return found;
    }
}

/// <summary>Where what was read ahead waits for its circuit: some seconds, and that of few pages only.</summary>
public sealed class FirstReadsShelf(TimeProvider clock)
{
    private const int Most = 16;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (ConcurrentDictionary<string, object?> Reads, DateTimeOffset At)> pages = new(StringComparer.Ordinal);

    /// <returns>Null where too many wait: their circuits come soon, or never.</returns>
    internal ConcurrentDictionary<string, object?>? Keep(string page)
    {
        var now = clock.GetUtcNow();
        foreach (var old in pages.Where(pair => now - pair.Value.At > Life).ToList()) pages.TryRemove(old);
        if (pages.Count >= Most) return null;
        var reads = new ConcurrentDictionary<string, object?>(StringComparer.Ordinal);
        pages[page] = (reads, now);
        return reads;
    }

    internal ConcurrentDictionary<string, object?>? Take(string page) => pages.TryRemove(page, out var kept) && clock.GetUtcNow() - kept.At <= Life ? kept.Reads : null;
}

public static class FirstReadsServices
{
    public static IServiceCollection AddFirstReads(this IServiceCollection services)
    {
        services.TryAddSingleton<FirstReadsShelf>();
        services.TryAddScoped<FirstReads>();
        return services;
    }
}
