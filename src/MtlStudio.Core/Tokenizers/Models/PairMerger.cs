namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Byte-pair encoding (Sennrich et al. 2016): merges the pair of lowest rank, of those the leftmost, until none is left.</summary>
internal static class PairMerger
{
    /// <summary>Up to this many symbols a plain search for the lowest rank is faster than a queue.</summary>
    private const int Short = 48;

    /// <summary>Merges in place. <paramref name="symbols"/> and <paramref name="lengths"/> (symbols) hold the result in their first elements.</summary>
    /// <returns>How many symbols are left.</returns>
    public static int Merge(MergeTable merges, Span<int> symbols, Span<int> lengths) =>
        symbols.Length <= Short ? MergeShort(merges, symbols, lengths) : MergeLong(merges, symbols, lengths);

    private static int MergeShort(MergeTable merges, Span<int> symbols, Span<int> lengths)
    {
        var count = symbols.Length;
        if (count < 2) return count;
        Span<int> ranks = stackalloc int[Short]; // of the pair (i, i + 1)
        Span<int> results = stackalloc int[Short];
        for (var i = 0; i + 1 < count; i++) ranks[i] = merges.Rank(symbols[i], symbols[i + 1], out results[i]);
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
                if (ranks[i] < ranks[best]) best = i;
            if (ranks[best] == int.MaxValue) break;
            symbols[best] = results[best];
            lengths[best] += lengths[best + 1];
            count--;
            symbols[(best + 2)..(count + 1)].CopyTo(symbols[(best + 1)..]);
            lengths[(best + 2)..(count + 1)].CopyTo(lengths[(best + 1)..]);
            if (best + 1 < count)
            {
                ranks[(best + 2)..count].CopyTo(ranks[(best + 1)..]);
                results[(best + 2)..count].CopyTo(results[(best + 1)..]);
                ranks[best] = merges.Rank(symbols[best], symbols[best + 1], out results[best]);
            }
            if (best > 0) ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best], out results[best - 1]);
        }
        return count;
    }

    private static int MergeLong(MergeTable merges, Span<int> symbols, Span<int> lengths)
    {
        const int Gone = -1;
        var next = new int[symbols.Length];
        var previous = new int[symbols.Length];
        PriorityQueue<(int At, int Left, int Right, int Result), long> queue = new(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            next[i] = i + 1 < symbols.Length ? i + 1 : Gone;
            previous[i] = i - 1;
            if (i + 1 < symbols.Length) Offer(symbols, i, i + 1);
        }
        while (queue.TryDequeue(out var pair, out _))
        {
            var at = pair.At;
            var right = next[at];
            // Entries go stale when one of their symbols has merged since.
            if (lengths[at] == Gone || right == Gone || symbols[at] != pair.Left || symbols[right] != pair.Right) continue;
            symbols[at] = pair.Result;
            lengths[at] += lengths[right];
            lengths[right] = Gone;
            next[at] = next[right];
            if (next[at] != Gone)
            {
                previous[next[at]] = at;
                Offer(symbols, at, next[at]);
            }
            if (previous[at] != Gone) Offer(symbols, previous[at], at);
        }
        var count = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            if (lengths[i] == Gone) continue;
            symbols[count] = symbols[i];
            lengths[count++] = lengths[i];
        }
        return count;

        void Offer(Span<int> all, int left, int right)
        {
            var rank = merges.Rank(all[left], all[right], out var result);
            if (rank != int.MaxValue) queue.Enqueue((left, all[left], all[right], result), (long)rank << 32 | (uint)left);
        }
    }
}
