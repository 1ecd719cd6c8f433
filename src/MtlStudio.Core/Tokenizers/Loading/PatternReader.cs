using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads <c>{"String": …}</c> and <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    public static IPattern Read(JsonPart part)
    {
        if (part.Maybe("String") is { } literal) return new LiteralPattern(literal.Text());
        var regex = part.Need("Regex");
        try
        {
            return new RegexPattern(regex.Text());
        }
        catch (PatternSyntaxException fault)
        {
            throw regex.Fault($"is a pattern that can't be read: {fault.Message}");
        }
    }
}
