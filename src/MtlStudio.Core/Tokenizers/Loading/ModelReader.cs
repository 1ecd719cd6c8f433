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

    /// <summary>Tokens and ids as members of an object; the last of equal tokens counts. Vocabularies are large: a path is only made for a fault.</summary>
    public static Vocabulary Vocabulary(JsonPart part)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        if (part.Element.ValueKind != JsonValueKind.Object) throw part.Fault("must be an object of tokens and their ids");
        foreach (var member in part.Element.EnumerateObject())
        {
            var (name, id) = (member.Name, member.Value);
            if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out var value) || value is < 0 or > 1 << 27)
                throw (part with { Element = id, Path = $"{part.Path}.{name}" }).Fault($"must be an id from 0 to {1 << 27} (it is {id.GetRawText()})");
            ids[name] = value;
        }
        return new(ids);
    }

    private static BpeModel Bpe(JsonPart part)
    {
        var vocabulary = Vocabulary(part.Need("vocab"));
        var prefix = part.Text("continuing_subword_prefix") is { Length: > 0 } given ? given : null;
        var list = part.Need("merges");
        if (list.Element.ValueKind != JsonValueKind.Array) throw list.Fault("must be a list of pairs of tokens");
        List<(int Left, int Right, int Rank, int Result)> merges = new(list.Element.GetArrayLength());
        foreach (var element in list.Element.EnumerateArray())
        {
            if (Merge(element) is not var (left, right)) throw Fault(element, "must be a pair of tokens");
            var result = string.Concat(left, prefix is not null && right.StartsWith(prefix, StringComparison.Ordinal) ? right.AsSpan(prefix.Length) : right);
            merges.Add((Known(left, element), Known(right, element), merges.Count, Known(result, element)));
        }
        var suffix = part.Text("end_of_word_suffix") is { Length: > 0 } end ? end : null;
        return new(vocabulary, merges, new(
            Unknown(part, vocabulary), part.Flag("fuse_unk", false), part.Flag("byte_fallback", false), part.Flag("ignore_merges", false), prefix, suffix));

        int Known(string token, JsonElement merge) => vocabulary.IdOf(token) is >= 0 and var id ? id
            : throw Fault(merge, $"names \"{token}\", which isn't in model.vocab: vocabulary and merges must come from the same training");

        Exception Fault(JsonElement merge, string message) => (list with { Element = merge, Path = $"{list.Path}[{merges.Count}]" }).Fault(message);
    }

    /// <summary>A merge is <c>"a b"</c> in old files and <c>["a", "b"]</c> in new ones; null where it is neither.</summary>
    private static (string Left, string Right)? Merge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2)
            return merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String ? (merge[0].GetString()!, merge[1].GetString()!) : null;
        if (merge.ValueKind != JsonValueKind.String) return null;
        var text = merge.GetString()!;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && text.IndexOf(' ', space + 1) < 0 ? (text[..space], text[(space + 1)..]) : null;
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
