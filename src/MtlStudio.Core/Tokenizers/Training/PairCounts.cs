using System.Runtime.InteropServices;

namespace MtlStudio.Core.Tokenizers.Training;

/// <summary>How often each pair of neighbouring symbols occurs in the words of a text, kept up to date while pairs merge.</summary>
internal sealed class PairCounts
{
    private readonly List<int[]> _words = [];
    private readonly List<long> _wordCounts = [];
    private readonly Dictionary<long, long> _counts = [];
    private readonly Dictionary<long, HashSet<int>> _where = [];
    private readonly PriorityQueue<long, (long NegativeCount, long Pair)> _queue = new();

    public PairCounts(IEnumerable<(int[] Symbols, long Count)> words)
    {
        foreach (var (symbols, count) in words)
        {
            _words.Add(symbols);
            _wordCounts.Add(count);
            Change(_words.Count - 1, count);
        }
        foreach (var (pair, count) in _counts) _queue.Enqueue(pair, (-count, pair));
    }

    /// <summary>The most frequent pair, of equals that of the lower ids; null where none occurs so often.</summary>
    public (int Left, int Right)? TakeBest(long minimum)
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count < minimum) continue;
            if (count == -priority.NegativeCount) return ((int)(pair >> 32), (int)pair);
            // The count has fallen since the pair was put in the queue.
            if (count < -priority.NegativeCount) _queue.Enqueue(pair, (-count, pair));
        }
        return null;
    }

    /// <summary>Puts <paramref name="result"/> in the place of each such pair.</summary>
    public void Merge(int left, int right, int result)
    {
        HashSet<long> grown = [];
        foreach (var word in _where[Key(left, right)].Order().ToArray())
        {
            Change(word, -_wordCounts[word]);
            var symbols = _words[word];
            var count = 0;
            for (var i = 0; i < symbols.Length; i++)
            {
                var merges = i + 1 < symbols.Length && symbols[i] == left && symbols[i + 1] == right;
                symbols[count++] = merges ? result : symbols[i];
                if (merges) i++;
            }
            _words[word] = symbols[..count];
            Change(word, _wordCounts[word]);
            for (var i = 0; i + 1 < count; i++)
                if (symbols[i] == result || symbols[i + 1] == result) grown.Add(Key(symbols[i], symbols[i + 1]));
        }
        foreach (var pair in grown) _queue.Enqueue(pair, (-_counts[pair], pair));
    }

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;

    private void Change(int word, long by)
    {
        var symbols = _words[word];
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = Key(symbols[i], symbols[i + 1]);
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _);
            count += by;
            ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_where, pair, out _);
            words ??= [];
            if (by > 0) words.Add(word);
            else words.Remove(word);
        }
    }
}
