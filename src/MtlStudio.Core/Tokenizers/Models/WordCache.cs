using System.Collections.Concurrent;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Remembers the tokens of short words. When full it begins anew, so that old words give way.</summary>
internal sealed class WordCache
{
    /// <summary>Words longer than this, in UTF-16 units, aren't kept.</summary>
    private const int LongestWord = 64;
    private const int Capacity = 1 << 16;

    private readonly ConcurrentDictionary<string, WordTokens> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WordTokens>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private int _count;

    public WordCache() => _spans = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    public WordTokens? Find(ReadOnlySpan<char> word) =>
        word.Length <= LongestWord && _spans.TryGetValue(word, out var tokens) ? tokens : null;

    public void Keep(ReadOnlySpan<char> word, WordTokens tokens)
    {
        if (word.Length > LongestWord) return;
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _words.Clear();
            Interlocked.Exchange(ref _count, 1);
        }
        _spans.TryAdd(word, tokens);
    }
}
