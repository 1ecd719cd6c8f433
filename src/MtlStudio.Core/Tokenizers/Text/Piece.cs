namespace MtlStudio.Core.Tokenizers.Text;

/// <summary>A stretch of a text that goes to the model as one word, or that is an added token already.</summary>
/// <param name="Token">The added token's id, or -1.</param>
internal readonly record struct Piece(AlignedText Text, int From, int To, int Token = -1)
{
    public ReadOnlySpan<char> Span => Text.Units.AsSpan(From, To - From);

    /// <summary>Where in the original it begins; the piece isn't empty.</summary>
    public int OriginalStart => Text.StartOf(From);

    public AlignedText ToText() => Text.Slice(From, To);
}
