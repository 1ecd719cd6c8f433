namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>One after the other.</summary>
internal sealed class SequenceDecoder(IReadOnlyList<IDecoder> parts) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        foreach (var part in parts) tokens = part.Decode(tokens);
        return tokens;
    }
}
