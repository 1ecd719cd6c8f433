using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;
using MtlStudio.Core.Tokenizers.Training;

namespace MtlStudio.Core.Tests.Tokenizers;

public sealed class PromptEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tokenizer _tokenizer; // one token a byte, <|endoftext|> (0) before and behind
    private readonly PromptEncoder _encoder;

    public PromptEncoderTests()
    {
        new ByteLevelBpeTrainer(new() { VocabularySize = ByteLevelBpeOptions.SmallestVocabulary }).LearnInto(_folder.Path);
        _tokenizer = Tokenizer.Load(_folder.Path);
        _encoder = new(_tokenizer);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Encode_PutsPromptAndAnswerTogether_WhenTheyFit()
    {
        var example = _encoder.Encode("2+2=", "4", 100);
        Assert.Equal("<|endoftext|>2+2=4<|endoftext|>", _tokenizer.Decode(example.Ids, skipSpecialTokens: false));
        Assert.Equal((5, 0, 0, false), (example.PromptLength, example.CutFromPrompt, example.CutFromAnswer, example.Dropped));
    }

    [Fact]
    public void Encode_BeginsWithTheGenerationPrompt_WhenNothingIsCut()
    {
        var example = _encoder.Encode("Translate: bread", " bröd", 100);
        Assert.Equal(_encoder.EncodePrompt("Translate: bread", 100, out var cut), example.Ids[..example.PromptLength]);
        Assert.Equal(0, cut);
    }

    [Theory]
    [InlineData(12, "defghij", "XYZ<|endoftext|>")]
    [InlineData(7, "ij", "XYZ<|endoftext|>")]
    [InlineData(5, "j", "XYZ")]
    [InlineData(3, "", "XY")]
    [InlineData(2, "", "X")]
    public void Encode_CutsThePromptFromItsLeftAndThenTheAnswerFromItsRight_WhenTheyDoNotFit(int maxLength, string prompt, string answer)
    {
        var example = _encoder.Encode("abcdefghij", "XYZ", maxLength);
        Assert.Equal($"<|endoftext|>{prompt}{answer}", _tokenizer.Decode(example.Ids, skipSpecialTokens: false));
        Assert.Equal((1 + prompt.Length, 10 - prompt.Length, false), (example.PromptLength, example.CutFromPrompt, example.Dropped));
        Assert.Equal(maxLength, example.Ids.Length);
        Assert.Equal(10 + 4 + 1 - maxLength, example.CutFromPrompt + example.CutFromAnswer);
    }

    [Fact]
    public void Encode_DropsTheExample_WhenNoTokenOfTheAnswerIsLeft()
    {
        var example = _encoder.Encode("abc", "XYZ", 1);
        Assert.True(example.Dropped);
        Assert.Empty(example.Ids);
        Assert.Equal((3, 4), (example.CutFromPrompt, example.CutFromAnswer));
    }

    [Fact]
    public void EncodePrompt_KeepsWhatTheTokenizerPutsBefore_WhenThePromptIsCut()
    {
        var ids = _encoder.EncodePrompt("abcdef", 4, out var cut);
        Assert.Equal("<|endoftext|>def", _tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal(3, cut);
    }
}
