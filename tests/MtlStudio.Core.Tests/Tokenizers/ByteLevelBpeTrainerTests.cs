using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Training;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Tokenizers;

public sealed class ByteLevelBpeTrainerTests
{
    private static readonly string[] Texts = ["low low low low low", "lower lower newest newest newest newest newest newest", "widest widest widest 1234 <|endoftext|> wide"];

    [Fact]
    public void Learn_MergesTheMostFrequentPairFirst_WhenTextsAreCounted()
    {
        // Counts worked out by hand: e-s and s-t occur 9 times each, "e s" has the lower ids.
        var learned = Learn(Texts, 256 + 2 + 4);
        Assert.Equal([("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")], learned.Merges);
        Assert.Equal(["<|endoftext|>", "<|pad|>", "!"], learned.Tokens.Take(3));
        Assert.Equal(["es", "est", "lo", "low"], learned.Tokens.TakeLast(4));
    }

    [Fact]
    public void Learn_GivesTheSameVocabulary_WhenTextsComeInAnotherOrder()
    {
        var forward = Learn(Texts, 300);
        var backward = Learn(Texts.Reverse(), 300);
        Assert.Equal(forward.Tokens, backward.Tokens);
        Assert.Equal(forward.Merges, backward.Merges);
    }

    [Fact]
    public void Learn_StopsEarly_WhenNoPairIsFrequentEnough()
    {
        Assert.Equal(256 + 2 + 1, Learn(["ab ab cd"], 1000).Tokens.Count);
        Assert.Equal(256 + 2 + 4, Learn(["ab ab cd"], 1000, minimum: 1).Tokens.Count); // ab, cd, Ġab, Ġcd
    }

    [Fact]
    public void LearnInto_WritesATokenizer_WhenItIsLoadedAgain()
    {
        using var folder = new TemporaryFolder();
        var trainer = new ByteLevelBpeTrainer(new() { VocabularySize = 320, MoreSpecialTokens = ["<|user|>"] });
        foreach (var text in Texts) trainer.Add(text);
        var learned = trainer.LearnInto(folder.Path, TestContext.Current.CancellationToken);
        var tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal((learned.Tokens.Count, 0, 0, 1), (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId, tokenizer.PadId));
        const string strange = "lower newest 12\r\n\tnaïve 😀 今天 it's <|user|> x";
        var ids = tokenizer.Encode(strange, addSpecialTokens: true);
        Assert.Equal(0, ids[0]);
        Assert.Contains(2, ids);
        Assert.Equal("<|endoftext|>" + strange, tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal(learned.Tokens.ToList().IndexOf("low"), tokenizer.Encode("low", addSpecialTokens: false).Single());
        Assert.Equal(Tokenizer.Load(folder.Path).Hash, tokenizer.Hash);
    }

    [Fact]
    public void LearnInto_CompressesText_WhenTheTextIsReal()
    {
        using var folder = new TemporaryFolder();
        var text = File.ReadAllText(SharedFolder.Need("data/lm-tinyshakespeare/input.txt"))[..200_000];
        var trainer = new ByteLevelBpeTrainer(new() { VocabularySize = 600 });
        trainer.Add(text);
        var learned = trainer.LearnInto(folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(600, learned.Tokens.Count);
        var tokenizer = Tokenizer.Load(folder.Path);
        var ids = tokenizer.Encode(text, addSpecialTokens: false);
        Assert.Equal(text, tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.InRange((double)text.Length / ids.Length, 1.9, 3); // characters a token
    }

    [Fact]
    public void Constructor_NamesEveryFault_WhenOptionsAreBad()
    {
        var fault = Assert.Throws<InvalidInputException>(() => new ByteLevelBpeTrainer(new() { VocabularySize = 100, MinimumCount = 0, MoreSpecialTokens = ["<|pad|>"] }));
        Assert.Equal(["vocabularySize", "minimumCount", "specialTokens"], fault.Errors.Select(error => error.Field));
        Assert.Contains("at least 259", fault.Errors[0].Message, StringComparison.Ordinal);
    }

    private static LearnedVocabulary Learn(IEnumerable<string> texts, int size, int minimum = 2)
    {
        var trainer = new ByteLevelBpeTrainer(new() { VocabularySize = size, MinimumCount = minimum });
        foreach (var text in texts) trainer.Add(text);
        return trainer.Learn(TestContext.Current.CancellationToken);
    }
}
