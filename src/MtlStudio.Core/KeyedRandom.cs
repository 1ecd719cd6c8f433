using System.Text;

namespace MtlStudio.Core;

/// <summary>
/// Random numbers that are keyed, not streamed: the same key gives the same numbers whatever else was drawn, so that a
/// resume, a recomputation or telemetry replays them. The key (seed, purpose and counters, as step, task, micro-batch)
/// is hashed to the state of a SplitMix64 generator (Steele, Lea, Flood 2014).
/// </summary>
public struct KeyedRandom
{
    private ulong state;

    public KeyedRandom(long seed, string purpose, params ReadOnlySpan<long> counters)
    {
        var hash = Mix(unchecked((ulong)seed) + 0x9E3779B97F4A7C15);
        foreach (var value in Encoding.UTF8.GetBytes(purpose)) hash = Mix((hash ^ value) + 0x9E3779B97F4A7C15);
        foreach (var counter in counters) hash = Mix((hash ^ unchecked((ulong)counter)) + 0x9E3779B97F4A7C15);
        state = hash;
    }

    public ulong NextUInt64() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>), without modulo bias (Lemire 2019).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), range, out var low);
            if (low >= range || low >= unchecked(0 - range) % range) return (int)high;
        }
    }

    /// <summary>Standard normal (Box–Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Shuffles in place (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
