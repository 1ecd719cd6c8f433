using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.SentencePiece;
using MtlStudio.Testing;
using static MtlStudio.Core.Tests.Tokenizers.TokenizerGoldens;

namespace MtlStudio.Core.Tests.Tokenizers;

/// <summary>SentencePiece .model files against the library's own figures, exactly.</summary>
public sealed class SentencePieceTests
{
    public static TheoryData<string> Models => new("bpe_llama", "bpe_gemma", "bpe_suffix", "unigram_t5", "unigram_own_rules");

    [Theory]
    [MemberData(nameof(Models))]
    public void Encode_GivesTheReferenceIdsAndOffsets_WhenTheModelIs(string name)
    {
        var (tokenizer, golden) = Load(name);
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("cases").EnumerateArray())
        {
            checks++;
            var text = Text(item);
            var spans = tokenizer.EncodeWithOffsets(text, addSpecialTokens: false);
            var bytes = ByteOffsets(text);
            var difference = CompareIds(item, [.. spans.Select(span => span.Id)])
                ?? CompareOffsets(item, [.. spans.SelectMany(span => new[] { bytes[span.Start], bytes[span.End] })]);
            if (item.TryGetProperty("tok", out var texts) && !texts.EnumerateArray().Select(t => t.GetString()!).SequenceEqual(spans.Select(span => span.Text)))
                difference ??= $"token texts [{string.Join('|', spans.Select(span => span.Text))}], expected {texts}";
            if (!tokenizer.Encode(text, addSpecialTokens: false).SequenceEqual(spans.Select(span => span.Id))) difference ??= "ids differ where no offsets are wanted";
            if (difference is not null) differences.Add($"{Show(text)}: {difference}");
        }
        AssertNone(differences, checks);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Decode_GivesTheReferenceTexts_WhenTheModelIs(string name)
    {
        var (tokenizer, golden) = Load(name);
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("cases").EnumerateArray())
        {
            checks++;
            var ids = Integers(item, "ids") ?? tokenizer.Encode(Text(item), addSpecialTokens: false);
            if (CompareText(item, "dec", Text(item), tokenizer.Decode(ids, skipSpecialTokens: false)) is { } difference) differences.Add(difference);
        }
        foreach (var item in golden.GetProperty("id_sequences").EnumerateArray())
        {
            // The library refuses ids outside the vocabulary; here they are left out.
            if (!item.TryGetProperty("dec", out _)) continue;
            checks++;
            if (CompareText(item, "dec", "", tokenizer.Decode(Integers(item.GetProperty("ids")), skipSpecialTokens: false)) is { } difference)
                differences.Add($"{item.GetProperty("ids").GetRawText()}: {difference}");
        }
        AssertNone(differences, checks);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Normalize_GivesTheReferenceTexts_WhenTheModelIs(string name)
    {
        var (_, golden) = Load(name);
        var model = Model(name);
        var normalizer = new SentencePieceNormalizer(model, new(model));
        List<string> differences = [];
        var checks = 0;
        foreach (var item in golden.GetProperty("cases").EnumerateArray())
        {
            checks++;
            if (CompareText(item, "norm", Text(item), normalizer.Normalize(Text(item), continues: false, [])) is { } difference) differences.Add(difference);
        }
        AssertNone(differences, checks);
    }

    [Fact]
    public void Encode_GivesBackTheText_WhenTheVocabularyIsLargeAndReal()
    {
        using var folder = new TemporaryFolder();
        var source = Directory.EnumerateFiles(SharedFolder.Need("data/pretrained/tokenizers/storyllamas-sp4096"), "*.model").Single();
        File.Copy(source, Path.Combine(folder.Path, "tokenizer.model"));
        var tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal(4096, tokenizer.VocabularySize);
        const string text = "Once upon a time, there was a little girl named Lily. She saw 42€ 😀.";
        var ids = tokenizer.Encode(text, addSpecialTokens: true);
        Assert.Equal(tokenizer.BosId, ids[0]);
        Assert.True(ids.Length < 40, $"{ids.Length} tokens: merges don't work");
        Assert.Equal(text, tokenizer.Decode(ids, skipSpecialTokens: true));
        int[] both = [.. ids, .. tokenizer.EncodeContinuation(" And"), .. tokenizer.EncodeContinuation("then")];
        Assert.Equal(text + " Andthen", tokenizer.Decode(both, skipSpecialTokens: true));
    }

    [Fact]
    public void Load_NamesFileAndCure_WhenTheModelIsCutOff()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "tokenizer.model"), [0x0A, 0x20, 0x0A]);
        var fault = Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path));
        Assert.Contains("tokenizer.model: isn't a SentencePiece model (a field runs past the end)", fault.Message, StringComparison.Ordinal);
    }

    private static (Tokenizer Tokenizer, JsonElement Golden) Load(string name)
    {
        var golden = Read($"goldens/tokenizers/spm/{name}/golden.json");
        var tokenizer = Tokenizer.Load(SharedFolder.Need($"goldens/tokenizers/spm/{name}"));
        Assert.Equal(golden.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        Assert.Equal(golden.GetProperty("bos").GetInt32(), tokenizer.BosId ?? -1);
        Assert.Equal(golden.GetProperty("eos").GetInt32(), tokenizer.EosId ?? -1);
        Assert.Equal(golden.GetProperty("pad").GetInt32(), tokenizer.PadId ?? -1);
        return (tokenizer, golden);
    }

    private static SentencePieceModel Model(string name) =>
        SentencePieceModelReader.Read(File.ReadAllBytes(SharedFolder.Need($"goldens/tokenizers/spm/{name}/tokenizer.model")), name);

    private static int[] ByteOffsets(string text)
    {
        var at = new int[text.Length + 1];
        for (var i = 0; i < text.Length;)
        {
            var units = char.IsHighSurrogate(text[i]) ? 2 : 1;
            var bytes = Encoding.UTF8.GetByteCount(text.AsSpan(i, units));
            for (var j = 0; j < units; j++) at[i + j + 1] = at[i] + bytes;
            i += units;
        }
        return at;
    }
}
