namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>A pattern that can't be read, or uses what isn't supported here. Loaders turn it into a message with file and field.</summary>
internal sealed class PatternSyntaxException(string pattern, int at, string what)
    : Exception($"{what} at character {at + 1} of the pattern {pattern}");
