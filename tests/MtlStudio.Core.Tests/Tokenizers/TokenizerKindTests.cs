using System.Text.Json;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Testing;
using static MtlStudio.Core.Tests.Tokenizers.TokenizerGoldens;

namespace MtlStudio.Core.Tests.Tokenizers;

/// <summary>Every kind of tokenizer.json against the reference's figures, exactly.</summary>
public sealed class TokenizerKindTests
{
    public static TheoryData<string> Kinds => new(
        "gpt2", "roberta", "llama3", "llama3_nomerge", "qwen2", "gpt4o", "deepseek_v3", "starcoder", "falcon", "neox", "llama2_prepend", "llama_class",
        "metaspace_first", "metaspace_never", "metaspace_always", "unk_fused", "gemma", "t5", "albert", "xlmr_own_rules", "unigram_nfkc", "bert_uncased",
        "bert_cased", "wordlevel", "phi3_flags", "overlap", "clip", "gpt1_suffix", "bpe_prefix", "padtrunc", "dropout_zero");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_GivesTheReferenceIdsAndOffsets_WhenTheKindIs(string kind)
    {
        var (tokenizer, golden) = Load(kind);
        int[] prefix = Integers(golden, "prefix")!, suffix = Integers(golden, "suffix")!;
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("cases").EnumerateArray())
        {
            var text = Text(item);
            var spans = tokenizer.EncodeWithOffsets(text, addSpecialTokens: false);
            int[] ids = [.. spans.Select(span => span.Id)];
            var points = new CodePointOffsets(text);
            Note(item, CompareIds(item, ids));
            Note(item, CompareOffsets(item, [.. spans.SelectMany(span => new[] { points[span.Start], points[span.End] })]));
            Note(item, ids.SequenceEqual(tokenizer.Encode(text, addSpecialTokens: false)) ? null : "ids differ where no offsets are wanted");
            int[] special = Integers(item, "ids_sp") ?? [.. prefix, .. ids, .. suffix];
            Note(item, special.SequenceEqual(tokenizer.Encode(text, addSpecialTokens: true)) ? null : "ids with special tokens differ");
            if (item.TryGetProperty("tok", out var texts))
                Note(item, texts.EnumerateArray().Select(t => t.GetString()!).SequenceEqual(spans.Select(span => span.Text)) ? null : $"token texts [{string.Join('|', spans.Select(span => span.Text))}], expected {texts}");
        }
        AssertNone(differences, checks);

        void Note(JsonElement item, string? difference)
        {
            checks++;
            if (difference is not null) differences.Add($"{item.GetRawText()[..Math.Min(14, item.GetRawText().Length)]} {Show(Text(item))}: {difference}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_GivesTheReferenceTexts_WhenTheKindIs(string kind)
    {
        var (tokenizer, golden) = Load(kind);
        int[] prefix = Integers(golden, "prefix")!, suffix = Integers(golden, "suffix")!;
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("cases").EnumerateArray())
        {
            if (!item.TryGetProperty("ids", out var list)) continue;
            var text = Text(item);
            var ids = Integers(list);
            int[] special = Integers(item, "ids_sp") ?? [.. prefix, .. ids, .. suffix];
            var decoded = item.TryGetProperty("dec", out var other) ? other.GetString()! : text;
            Note(CompareText(item, "dec", text, tokenizer.Decode(ids, skipSpecialTokens: false)));
            Note(CompareText(item, "dec_sp", decoded, tokenizer.Decode(special, skipSpecialTokens: false)));
            Note(CompareText(item, "dec_skip", decoded, tokenizer.Decode(special, skipSpecialTokens: true)));
        }
        foreach (var item in List("id_sequences"))
        {
            var ids = Integers(item.GetProperty("ids"));
            Note(CompareText(item, "dec", "", tokenizer.Decode(ids, skipSpecialTokens: false)));
            if (item.TryGetProperty("dec_skip", out _)) Note(CompareText(item, "dec_skip", "", tokenizer.Decode(ids, skipSpecialTokens: true)));
        }
        foreach (var item in List("prefixes"))
        {
            var ids = tokenizer.Encode(Text(item), addSpecialTokens: true);
            var count = 0;
            foreach (var expected in item.GetProperty("dec").EnumerateArray())
                Note(tokenizer.Decode(ids.AsSpan(0, ++count), skipSpecialTokens: false) == expected.GetString() ? null : $"the first {count} ids of {Show(Text(item))}");
        }
        AssertNone(differences, checks);

        IEnumerable<JsonElement> List(string name) => golden.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

        void Note(string? difference)
        {
            checks++;
            if (difference is not null) differences.Add(difference);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DecodeStream_GivesTheReferencePieces_WhenTheKindIs(string kind)
    {
        var (tokenizer, golden) = Load(kind);
        if (!golden.TryGetProperty("stream", out var streams)) streams = Read("goldens/tokenizers/kinds/llama2_prepend/golden.json").GetProperty("stream");
        List<string> differences = [];
        var checks = 0;
        foreach (var item in streams.EnumerateArray())
            Compare(tokenizer.Encode(Text(item), addSpecialTokens: true), item.GetProperty("skip").GetBoolean(), item.GetProperty("out"));
        if (golden.TryGetProperty("id_sequences", out var sequences))
            foreach (var item in sequences.EnumerateArray())
                Compare(Integers(item.GetProperty("ids")), skip: false, item.GetProperty("stream"));
        AssertNone(differences, checks);

        void Compare(int[] ids, bool skip, JsonElement expected)
        {
            var stream = tokenizer.DecodeStream(skip);
            foreach (var (id, piece) in ids.Zip(expected.EnumerateArray()))
            {
                // The reference gives up where the window's text isn't a continuation; this decoder goes on.
                if (piece.ValueKind == JsonValueKind.Object) break;
                checks++;
                var text = stream.Next(id);
                if (text != piece.GetString()) differences.Add($"[{string.Join(',', ids)}]: {Show(text)}, expected {piece.GetRawText()}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EncodeWords_GivesTheReferenceIdsWordsAndOffsets_WhenTheKindIs(string kind)
    {
        var (tokenizer, golden) = Load(kind);
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("pretokenized").EnumerateArray())
        {
            string[] words = [.. item.GetProperty("words").EnumerateArray().Select(word => word.GetString()!)];
            CodePointOffsets[] points = [.. words.Select(word => new CodePointOffsets(word))];
            var spans = tokenizer.EncodeWords(words, addSpecialTokens: true);
            int?[] indices = [.. spans.Select(span => span.Word < 0 ? (int?)null : span.Word)];
            int[] offsets = [.. spans.SelectMany(span => span.Word < 0 ? [0, 0] : new[] { points[span.Word][span.Start], points[span.Word][span.End] })];
            checks++;
            if (CompareIds(item, [.. spans.Select(span => span.Id)]) is { } difference) differences.Add(difference);
            else if (!Words(item.GetProperty("word_ids")).SequenceEqual(indices)) differences.Add($"words [{string.Join(',', indices)}], expected {item.GetProperty("word_ids").GetRawText()}");
            else if (!Integers(item.GetProperty("off")).SequenceEqual(offsets)) differences.Add($"offsets [{string.Join(',', offsets)}], expected {item.GetProperty("off").GetRawText()}");
        }
        foreach (var item in golden.GetProperty("word_ids").EnumerateArray())
        {
            checks++;
            int?[] indices = [.. tokenizer.EncodeWithOffsets(Text(item), addSpecialTokens: false).Select(span => (int?)span.Word)];
            if (!Words(item.GetProperty("w")).SequenceEqual(indices)) differences.Add($"{Show(Text(item))}: words [{string.Join(',', indices)}], expected {item.GetProperty("w").GetRawText()}");
        }
        AssertNone(differences, checks);

        static IEnumerable<int?> Words(JsonElement list) => list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (int?)null : value.GetInt32());
    }

    /// <summary>Kinds that lose nothing; the others drop spaces, case or unknown characters.</summary>
    public static TheoryData<string> Lossless => new(
        "gpt2", "roberta", "llama3", "qwen2", "gpt4o", "deepseek_v3", "starcoder", "falcon", "neox", "llama2_prepend", "metaspace_first", "metaspace_never", "gemma",
        "unigram_nfkc", "phi3_flags", "padtrunc");

    [Theory]
    [MemberData(nameof(Lossless))]
    public void EncodeContinuation_DecodesToBothTexts_WhenAppendedToAPrompt(string kind)
    {
        var (tokenizer, _) = Load(kind);
        foreach (var (prompt, answer) in new[] { ("The river", " is quiet."), ("The river is", "\nquiet"), ("bread", "market 12"), ("a: ", "b") })
        {
            var ids = tokenizer.Encode(prompt, addSpecialTokens: false);
            var decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            Assert.Equal(decoded + answer, tokenizer.Decode([.. ids, .. tokenizer.EncodeContinuation(answer)], skipSpecialTokens: false));
        }
    }

    private static (Tokenizer Tokenizer, JsonElement Golden) Load(string kind)
    {
        var folder = SharedFolder.Need($"goldens/tokenizers/kinds/{kind}");
        var golden = Read($"goldens/tokenizers/kinds/{kind}/golden.json");
        var tokenizer = Tokenizer.Load(folder);
        Assert.Equal(golden.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        return (tokenizer, golden.TryGetProperty("same_figures_as", out var other) ? Read($"goldens/tokenizers/kinds/{other.GetString()}/golden.json") : golden);
    }
}
