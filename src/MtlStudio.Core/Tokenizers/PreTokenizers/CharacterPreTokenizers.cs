using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>Pre-tokenizers that split at characters of a class.</summary>
internal static class CharacterPreTokenizers
{
    /// <summary>Runs of word characters, and runs of what is neither word character nor white space.</summary>
    public static IPreTokenizer Whitespace() => new PatternPreTokenizer(new InvertedPattern(new WordRunPattern()), SplitBehavior.Removed);

    public static IPreTokenizer WhitespaceSplit() => new PatternPreTokenizer(new RunePattern(Runes.IsWhiteSpace), SplitBehavior.Removed);

    /// <summary>BERT's: white space goes, each punctuation sign is a piece.</summary>
    public static IPreTokenizer Bert() => new SequencePreTokenizer([WhitespaceSplit(), Punctuation(SplitBehavior.Isolated)]);

    public static IPreTokenizer Punctuation(SplitBehavior behavior) => new PatternPreTokenizer(new RunePattern(Runes.IsPunctuation), behavior);

    public static IPreTokenizer Digits(bool individual) =>
        new PatternPreTokenizer(new RunePattern(Runes.IsNumeric), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    public static IPreTokenizer CharDelimiter(int codePoint) => new PatternPreTokenizer(new RunePattern(c => c == codePoint), SplitBehavior.Removed);
}
