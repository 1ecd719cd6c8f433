namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>Repeated tokens count once, the blank goes, the delimiter is a space (Graves et al. 2006).</summary>
internal sealed class CtcDecoder(string blank, string delimiter, bool cleanUp) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<string> output = new(tokens.Count);
        string? last = null;
        foreach (var token in tokens)
        {
            if (token == last) continue;
            last = token;
            var text = token.Replace(blank, "", StringComparison.Ordinal);
            if (cleanUp) text = WordPieceDecoder.CleanUp(text).Replace(delimiter, " ", StringComparison.Ordinal);
            if (text.Length > 0) output.Add(text);
        }
        return output;
    }
}
