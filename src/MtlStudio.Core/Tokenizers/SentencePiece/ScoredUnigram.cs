using MtlStudio.Core.Tokenizers.Models;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>SentencePiece's unigram model, in single precision as the library has it. User-defined symbols are nearly free.</summary>
internal sealed class ScoredUnigram : IPieceSegmenter
{
    private readonly BestSegmentation _best;

    public ScoredUnigram(SentencePieceModel model)
    {
        var trie = new TextTrie();
        for (var id = 0; id < model.Pieces.Count; id++)
            if (model.Pieces[id].Type is PieceType.Normal or PieceType.UserDefined) trie.Add(model.Pieces[id].Text, id);
        float[] normal = [.. model.Pieces.Where(piece => piece.Type == PieceType.Normal).Select(piece => piece.Score)];
        var least = normal.Length == 0 ? 0 : normal.Min();
        // The library starts its search for the highest score at the smallest positive normal number (FLT_MIN), not at the lowest.
        var most = normal.Append(1.17549435E-38f).Max();
        float[] scores = [.. model.Pieces.Select(piece => piece.Score)];
        bool[] user = [.. model.Pieces.Select(piece => piece.Type == PieceType.UserDefined)];
        _best = new(trie, (id, bytes) => user[id] ? (float)(bytes * most - 0.1) : scores[id], (float)(least - UnigramModel.UnknownPenalty), single: true);
    }

    public List<Segment> Divide(string text)
    {
        List<(int Id, int From, int To)> segments = new(text.Length / 3 + 1);
        _best.Divide(text, segments);
        return segments.ConvertAll(segment => new Segment(segment.Id, segment.From, segment.To));
    }
}
