namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>Words are joined by spaces, continuations without; cleaning up takes spaces before punctuation away again.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<string> output = new(tokens.Count);
        foreach (var token in tokens)
        {
            var text = token;
            if (output.Count > 0) text = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
            output.Add(cleanUp ? CleanUp(text) : text);
        }
        return output;
    }

    /// <summary>English spacing as BERT's tokenizer restores it.</summary>
    public static string CleanUp(string text) => text
        .Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" ' ", "'", StringComparison.Ordinal).Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal).Replace(" do not", " don't", StringComparison.Ordinal)
        .Replace(" 's", "'s", StringComparison.Ordinal).Replace(" 've", "'ve", StringComparison.Ordinal)
        .Replace(" 're", "'re", StringComparison.Ordinal);
}
