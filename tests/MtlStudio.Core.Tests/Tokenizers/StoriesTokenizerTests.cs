using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Testing;
using static MtlStudio.Core.Tests.Tokenizers.TokenizerGoldens;

namespace MtlStudio.Core.Tests.Tokenizers;

/// <summary>The vocabulary of llama2.c's stories260K.</summary>
public sealed class StoriesTokenizerTests
{
    [Fact]
    public void Encode_GivesTheReferenceIds_WhenTheVocabularyIsLlama2c()
    {
        var tokenizer = Tokenizer.Load(SharedFolder.Need("data/pretrained/stories260K"));
        Assert.Equal((512, 1, 2), (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId));
        foreach (var entry in Read("data/pretrained/stories260K/golden.json").GetProperty("encode").EnumerateObject())
        {
            var ids = Integers(entry.Value);
            Assert.Equal(ids, tokenizer.Encode(entry.Name, addSpecialTokens: true));
            Assert.Equal(entry.Name, tokenizer.Decode(ids, skipSpecialTokens: true));
        }
    }

    [Fact]
    public void Decode_GivesTheReferenceStory_WhenTheIdsAreGreedy()
    {
        var tokenizer = Tokenizer.Load(SharedFolder.Need("data/pretrained/stories260K"));
        var greedy = Read("data/pretrained/stories260K/golden.json").GetProperty("greedy_from_bos_200");
        var ids = Integers(greedy.GetProperty("token_ids"));
        Assert.Equal(greedy.GetProperty("text").GetString(), tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    [Fact]
    public void Load_GivesTheSameTokenizer_WhenTheFileIsBinary()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFolder.Need("data/pretrained/stories260K/tok512.bin"), Path.Combine(folder.Path, "tok512.bin"));
        var json = Tokenizer.Load(SharedFolder.Need("data/pretrained/stories260K"));
        var binary = Tokenizer.Load(folder.Path);
        const string text = "Once upon a time, Lily saw 42€ 😀";
        Assert.Equal(json.Encode(text, addSpecialTokens: true), binary.Encode(text, addSpecialTokens: true));
        Assert.NotEqual(json.Hash, binary.Hash);
    }

    [Fact]
    public void Load_NamesFileAndCure_WhenTheBinaryIsCutOff()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "tok3.bin"), [1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 65]);
        var fault = Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path));
        Assert.Contains("tok3.bin: isn't a llama2.c vocabulary", fault.Message, StringComparison.Ordinal);
    }
}
