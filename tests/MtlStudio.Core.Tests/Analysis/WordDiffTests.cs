using MtlStudio.Core.Analysis;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class WordDiffTests
{
    [Fact]
    public void Of_MarksTheWordsThatDiffer_AndKeepsBothTexts()
    {
        var (first, second) = WordDiff.Of("the red  ferry leaves at noon.", "the ferry leaves at nine.");
        Assert.Equal(["the ", "red  ", "ferry leaves at ", "noon", "."], first.Select(part => part.Text));
        Assert.Equal([true, false, true, false, true], first.Select(part => part.Same));
        Assert.Equal(["the ferry leaves at ", "nine", "."], second.Select(part => part.Text));
        Assert.Equal("the red  ferry leaves at noon.", string.Concat(first.Select(part => part.Text)));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a b", "a b", 0)]
    [InlineData("a  b", "a b ", 0)]
    [InlineData("a b", "", 1)]
    [InlineData("a b", "c d", 1)]
    [InlineData("a b c d", "a b", 1 - 4.0 / 6)]
    [InlineData("b a", "a b", 0.5)]
    public void Distance_CountsSharedWords(string first, string second, double expected)
    {
        Assert.Equal(expected, WordDiff.Distance(first, second), 1e-12);
        Assert.Equal(expected, WordDiff.Distance(second, first), 1e-12);
    }

    [Fact]
    public void Of_FindsALongestCommonSubsequence_WhenTextsAreArbitrary()
    {
        for (var trial = 0; trial < 300; trial++)
        {
            var random = new KeyedRandom(trial, "word diff");
            string[] a = Words(ref random), b = Words(ref random);
            var (first, second) = WordDiff.Of(string.Join(' ', a), string.Join(' ', b));
            Assert.Equal(string.Join(' ', a), string.Concat(first.Select(part => part.Text)));
            Assert.Equal(string.Join(' ', b), string.Concat(second.Select(part => part.Text)));
            string[] common = Same(first), commonB = Same(second);
            Assert.Equal(common, commonB);
            Assert.Equal(Longest(a, b), common.Length);
        }

        static string[] Words(ref KeyedRandom random)
        {
            var words = new string[random.NextInt(14)];
            for (var i = 0; i < words.Length; i++) words[i] = "abcd"[random.NextInt(4)].ToString();
            return words;
        }

        static string[] Same(IReadOnlyList<DiffPart> parts) =>
            [.. parts.Where(part => part.Same).SelectMany(part => part.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    [Fact]
    public void Of_EndsQuickly_WhenTextsAreEnormous()
    {
        var a = string.Join(' ', Enumerable.Range(0, 60_000));
        var b = string.Join(' ', Enumerable.Range(0, 60_000).Select(i => -i));
        Assert.InRange(WordDiff.Distance(a, b), 0.3, 1);
    }

    private static int Longest(string[] a, string[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++) table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        return table[a.Length, b.Length];
    }
}
