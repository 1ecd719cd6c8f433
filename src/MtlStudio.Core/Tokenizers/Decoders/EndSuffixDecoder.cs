namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>The end-of-word suffix becomes a space, except in the last token (BPEDecoder).</summary>
internal sealed class EndSuffixDecoder(string suffix) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<string> output = new(tokens.Count);
        foreach (var token in tokens)
            output.Add(token.Replace(suffix, output.Count == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal));
        return output;
    }
}
