using System.Text.Json;
using MtlStudio.Core.Tokenizers.Models;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the model of a tokenizer.json.</summary>
internal static class ModelReader
{
    public static IModel Read(JsonPart part) => Kind(part) switch
    {
        "BPE" => Bpe(part),
        "Unigram" => Unigram(part),
        "WordPiece" => WordPiece(part),
        "WordLevel" => WordLevel(part),
        var other => throw part.Fault($"has the type \"{other}\", which isn't known here: it must be BPE, Unigram, WordPiece or WordLevel"),
    };

    /// <summary>Old files don't name the model's type.</summary>
    private static string Kind(JsonPart part)
    {
        if (part.Text("type") is { } type) return type;
        if (part.Maybe("merges") is not null) return "BPE";
        if (part.Need("vocab").Element.ValueKind == JsonValueKind.Array) return "Unigram";
        return part.Maybe("continuing_subword_prefix") is null ? "WordLevel" : "WordPiece";
    }

    private static Vocabulary Vocabulary(JsonPart part)
    {
        List<KeyValuePair<string, int>> entries = [];
        foreach (var (text, id) in part.Members())
        {
            var value = id.Integer();
            if (value is < 0 or > 1 << 27) throw id.Fault($"must be an id from 0 to {1 << 27} (it is {value})");
            entries.Add(new(text, value));
        }
        // The last of equal keys counts.
        return new(entries.GroupBy(e => e.Key).Select(g => g.Last()));
    }

    private static BpeModel Bpe(JsonPart part)
    {
        var vocabulary = Vocabulary(part.Need("vocab"));
        var prefix = part.Text("continuing_subword_prefix") is { Length: > 0 } given ? given : null;
        List<(int Left, int Right, int Rank, int Result)> merges = [];
        foreach (var merge in part.Need("merges").Items())
        {
            var (left, right) = Merge(merge);
            var result = left + (prefix is not null && right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right);
            merges.Add((Known(left), Known(right), merges.Count, Known(result)));

            int Known(string token) => vocabulary.IdOf(token) is >= 0 and var id ? id
                : throw merge.Fault($"names \"{token}\", which isn't in model.vocab: vocabulary and merges must come from the same training");
        }
        var suffix = part.Text("end_of_word_suffix") is { Length: > 0 } end ? end : null;
        return new(vocabulary, merges, new(
            Unknown(part, vocabulary), part.Flag("fuse_unk", false), part.Flag("byte_fallback", false), part.Flag("ignore_merges", false), prefix, suffix));
    }

    /// <summary>A merge is <c>"a b"</c> in old files and <c>["a", "b"]</c> in new ones.</summary>
    private static (string Left, string Right) Merge(JsonPart part)
    {
        if (part.Element.ValueKind == JsonValueKind.Array)
            return part.Items().ToList() is [var left, var right] ? (left.Text(), right.Text()) : throw part.Fault("must be a pair of tokens");
        var words = part.Text().Split(' ');
        return words is [var first, var second] ? (first, second) : throw part.Fault($"must be two tokens with a space between (it is \"{part.Text()}\")");
    }

    private static UnigramModel Unigram(JsonPart part)
    {
        List<(string Text, double Score)> pieces = [];
        foreach (var piece in part.Need("vocab").Items())
            pieces.Add(piece.Items().ToList() is [var text, var score] ? (text.Text(), score.Number()) : throw piece.Fault("must be a piece and its score"));
        int? unknown = part.Maybe("unk_id") is { } id ? id.Integer() : null;
        if (unknown is { } given && (uint)given >= (uint)pieces.Count)
            throw part.Need("unk_id").Fault($"must be the number of a piece, 0 to {pieces.Count - 1} (it is {given})");
        return new(pieces, unknown, part.Flag("byte_fallback", false));
    }

    private static WordPieceModel WordPiece(JsonPart part)
    {
        var vocabulary = Vocabulary(part.Need("vocab"));
        var unknown = Unknown(part, vocabulary) ?? throw part.Fault("must name an unk_token that is in the vocabulary");
        return new(vocabulary, unknown, part.Text("continuing_subword_prefix") ?? "##", part.Maybe("max_input_chars_per_word")?.Integer() ?? 100);
    }

    private static WordLevelModel WordLevel(JsonPart part)
    {
        var vocabulary = Vocabulary(part.Need("vocab"));
        return new(vocabulary, Unknown(part, vocabulary));
    }

    private static int? Unknown(JsonPart part, Vocabulary vocabulary) =>
        part.Text("unk_token") is { } token && vocabulary.IdOf(token) is >= 0 and var id ? id : null;
}
