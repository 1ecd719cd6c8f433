using System.Buffers;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>The unigram language model's most likely segmentation (Kudo 2018), by Viterbi over the text's positions.</summary>
/// <param name="trie">Pieces by text; the values are ids.</param>
/// <param name="score">The log probability of a piece of so many UTF-8 bytes.</param>
/// <param name="unknownScore">For a character that no single piece covers.</param>
/// <param name="single">Sums are rounded to single precision, as SentencePiece has them.</param>
internal sealed class BestSegmentation(TextTrie trie, Func<int, int, double> score, double unknownScore, bool single)
{
    public const int Unknown = -1;

    private readonly record struct Node(int From, int Id, double Score);

    /// <summary>Adds the segments of <paramref name="text"/> in order, in UTF-16 units; unknown characters one by one, with the id <see cref="Unknown"/>.</summary>
    public void Divide(ReadOnlySpan<char> text, List<(int Id, int From, int To)> segments)
    {
        var nodes = ArrayPool<Node>.Shared.Rent(text.Length + 1);
        nodes.AsSpan(0, text.Length + 1).Fill(new(-1, Unknown, 0));
        for (var from = 0; from < text.Length;)
        {
            var soFar = nodes[from].Score;
            _ = Runes.At(text, from, out var first);
            var covered = false; // by a piece of this one character
            var bytes = 0;
            var node = TextTrie.Root;
            for (var at = from; at < text.Length;)
            {
                bytes += Runes.Utf8Length(Runes.At(text, at, out var units));
                for (var i = 0; i < units && node >= 0; i++) node = trie.Step(node, text[at + i]);
                if (node < 0) break;
                at += units;
                var id = trie.ValueOf(node);
                if (id < 0) continue;
                covered |= at == from + first;
                Offer(nodes, from, at, id, soFar + score(id, bytes));
            }
            if (!covered) Offer(nodes, from, from + first, Unknown, soFar + unknownScore);
            from += first;
        }
        var start = segments.Count;
        for (var to = text.Length; to > 0; to = nodes[to].From) segments.Add((nodes[to].Id, nodes[to].From, to));
        segments.Reverse(start, segments.Count - start);
        ArrayPool<Node>.Shared.Return(nodes);
    }

    private void Offer(Node[] nodes, int from, int to, int id, double total)
    {
        if (single) total = (float)total;
        if (nodes[to].From < 0 || total > nodes[to].Score) nodes[to] = new(from, id, total);
    }
}
