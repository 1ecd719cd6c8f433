using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

namespace MtlStudio.Core.Tests.Tokenizers;

public sealed class RegexPatternTests
{
    [Theory]
    [InlineData(@"\p{L}+", "ab𝓗1", "ab𝓗")] // letters beyond the basic plane
    [InlineData(@"[^\s\p{L}]+", "a 😀1", "😀1")] // never half of a pair
    [InlineData(@"(?i:'s)", "it'S that'ſ", "'S|'ſ")]
    [InlineData(@"a.c", "abc a\nc", "abc")]
    [InlineData(@"(?m:a.c)", "a\nc", "a\nc")]
    [InlineData(@"\s+(?!\S)|\s+", "a   b", "  | ")]
    [InlineData(@"(?<=a)b", "ab cb", "b")]
    [InlineData(@"(?<!a)b", "ab cb", "b")]
    [InlineData(@"\d{2,3}?", "12345", "12|34")]
    [InlineData(@"\d{1,3}+", "12345", "12345")] // an interval can't be possessive in this syntax
    [InlineData(@"a++b|aa", "aab aa", "aab|aa")]
    [InlineData(@"(?>a|ab)c", "abc ac", "ac")]
    [InlineData(@"(ab|c)*d", "abcabd d", "abcabd|d")]
    [InlineData(@"(?:ab)+?", "abab", "ab|ab")]
    [InlineData(@"[a-c&&[^b]]+", "abcab", "a|ca")]
    [InlineData(@"[[:alpha:]_-]+", "a_-b 1", "a_-b")]
    [InlineData(@"\x{1F600}|\u0041", "A😀", "A|😀")]
    [InlineData(@"^b|a$", "a\nb", "a|b")]
    [InlineData(@"\bx\b", "x xx x", "x|x")]
    [InlineData(@"(?i)ab|c", "AB C", "AB|C")]
    [InlineData(@"\p{Han}+|\p{^L}", "今1", "今|1")]
    public void Divide_FindsTheMatches_WhenThePatternIs(string pattern, string text, string matches)
    {
        List<Stretch> stretches = [];
        new RegexPattern(pattern).Divide(text, stretches);
        Assert.Equal(matches, string.Join('|', stretches.Where(s => s.IsMatch).Select(s => text[s.From..s.To])));
        Assert.Equal(text, string.Concat(stretches.Select(s => text[s.From..s.To])));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData(@"\p{Nope}")]
    [InlineData(@"(a)\1")]
    [InlineData("a{3,2}")]
    [InlineData("(?<=a+)b")]
    [InlineData("(a*)*")]
    public void Constructor_SaysWhatIsWrong_WhenThePatternIs(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<PatternSyntaxException>(() => new RegexPattern(pattern)).Message, StringComparison.Ordinal);
}
