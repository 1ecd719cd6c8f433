using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Training;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Tokenizers;

public sealed class TokenizerFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TokenizerFolderTests() => new ByteLevelBpeTrainer(new() { VocabularySize = ByteLevelBpeOptions.SmallestVocabulary }).LearnInto(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_SaysWhatToCopy_WhenTheFolderHasNoTokenizer()
    {
        using var empty = new TemporaryFolder();
        Assert.Contains("copy tokenizer.json (or tokenizer.model)", Message(empty.Path), StringComparison.Ordinal);
        Assert.Contains("doesn't exist", Message(Path.Combine(empty.Path, "none")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model": {"type": "Magic"}}""", "tokenizer.json: model: has the type \"Magic\"")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": "x"}, "merges": []}}""", "tokenizer.json: model.vocab.a: must be an id from 0 to 134217728 (it is \"x\")")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}""", "tokenizer.json: model.merges[0]: names \"b\", which isn't in model.vocab")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}}}""", "tokenizer.json: pre_tokenizer.pattern.Regex: is a pattern that can't be read")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", -1]], "unk_id": 4}}""", "tokenizer.json: model.unk_id: must be the number of a piece, 0 to 0 (it is 4)")]
    [InlineData("""{"normalizer": null}""", "tokenizer.json: must have the member \"model\"")]
    [InlineData("""[1]""", "tokenizer.json: must have the member \"model\"")]
    [InlineData("""{"model": """, "tokenizer.json: isn't valid JSON (line 1)")]
    public void Load_NamesFileAndField_WhenTokenizerJsonIs(string json, string message)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "tokenizer.json"), json);
        Assert.StartsWith(message, Message(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamesTheToken_WhenTheConfigNamesOneThatIsNotThere()
    {
        Edit("tokenizer_config.json", config => config["eos_token"] = "</s>");
        Assert.StartsWith("tokenizer_config.json: eos_token: names \"</s>\", which isn't in the vocabulary", Message(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GivesTheSameTokenizer_WhenGpt2HasItsOwnFilesOnly()
    {
        using var folder = new TemporaryFolder();
        var source = SharedFolder.Need("goldens/tokenizers/kinds/gpt2");
        foreach (var name in new[] { "vocab.json", "merges.txt" }) File.Copy(Path.Combine(source, name), Path.Combine(folder.Path, name));
        // The kind's end of text isn't part of its model's vocabulary, as it is in GPT-2's.
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "vocab.json")))!;
        vocabulary["<|endoftext|>"] = 900;
        File.WriteAllText(Path.Combine(folder.Path, "vocab.json"), vocabulary.ToJsonString());
        var (whole, parts) = (Tokenizer.Load(source), Tokenizer.Load(folder.Path));
        const string text = "The river's 12 bridges  <|endoftext|>😀 今天\n";
        Assert.Equal(whole.Encode(text, addSpecialTokens: true), parts.Encode(text, addSpecialTokens: true));
        Assert.Equal((900, 900), (parts.BosId, parts.EosId));
        Assert.Equal(text, parts.Decode(parts.Encode(text, addSpecialTokens: false), skipSpecialTokens: false));
    }

    [Fact]
    public void Encode_GivesGpt2sIds_WhenTheVocabularyIsTheOriginal()
    {
        var tokenizer = Tokenizer.Load(SharedFolder.Need("data/pretrained/tokenizers/gpt2"));
        Assert.Equal(50257, tokenizer.VocabularySize);
        // The example of GPT-2's documentation.
        Assert.Equal([15496, 995], tokenizer.Encode("Hello world", addSpecialTokens: false));
        Assert.Equal([50256], tokenizer.Encode("<|endoftext|>", addSpecialTokens: false));
    }

    [Fact]
    public void Load_ChangesTheHash_WhenAFileChanges()
    {
        var before = Tokenizer.Load(_folder.Path).Hash;
        Edit("tokenizer_config.json", config => config["model_max_length"] = 7);
        Assert.NotEqual(before, Tokenizer.Load(_folder.Path).Hash);
    }

    [Fact]
    public void Encode_TakesLoneSurrogatesAsReplacementCharacters_WhenTheTextIsBroken()
    {
        var tokenizer = Tokenizer.Load(_folder.Path);
        Assert.Equal(tokenizer.Encode("a\uFFFDb\uFFFD", addSpecialTokens: false), tokenizer.Encode("a\uD800b\uDC00", addSpecialTokens: false));
    }

    [Fact]
    public void Flush_GivesOutWhatWasHeldBack_WhenTokensEndInsideACharacter()
    {
        var tokenizer = Tokenizer.Load(_folder.Path);
        var stream = tokenizer.DecodeStream(skipSpecialTokens: true);
        var ids = tokenizer.Encode("a€b€", addSpecialTokens: false);
        Assert.Equal(["a", null, null, "€", "b", null, null], ids[..^1].Select(stream.Next));
        Assert.Equal("\uFFFD", stream.Flush());
        Assert.Equal("", stream.Flush());
    }

    private static string Message(string folder) => Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder)).Message;

    private void Edit(string name, Action<JsonNode> change)
    {
        var path = Path.Combine(_folder.Path, name);
        var node = JsonNode.Parse(File.ReadAllText(path))!;
        change(node);
        File.WriteAllText(path, node.ToJsonString());
    }
}
