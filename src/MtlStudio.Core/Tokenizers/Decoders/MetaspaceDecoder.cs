namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>The visible sign back to a space; the first token's signs go where one was put before the text.</summary>
internal sealed class MetaspaceDecoder(string replacement, bool prepended) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<string> output = new(tokens.Count);
        foreach (var token in tokens)
            output.Add(token.Replace(replacement, output.Count == 0 && prepended ? "" : " ", StringComparison.Ordinal));
        return output;
    }
}
