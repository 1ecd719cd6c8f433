namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>A stretch of text that matched or lies between matches, in UTF-16 units.</summary>
internal readonly record struct Stretch(int From, int To, bool IsMatch);

/// <summary>Divides a text into matches and what lies between them, in order and without gaps.</summary>
internal interface IPattern
{
    /// <summary>Adds the stretches of <paramref name="text"/>; an empty text is one empty stretch that doesn't match.</summary>
    void Divide(ReadOnlySpan<char> text, List<Stretch> stretches);
}
