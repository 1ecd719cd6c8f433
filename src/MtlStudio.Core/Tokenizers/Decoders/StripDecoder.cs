namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>Removes up to so many of a character at the ends of each token.</summary>
internal sealed class StripDecoder(string content, int start, int stop) : IDecoder
{
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(token =>
    {
        var from = 0;
        for (var i = 0; i < start && string.CompareOrdinal(token, from, content, 0, content.Length) == 0; i++) from += content.Length;
        var to = token.Length;
        for (var i = 0; i < stop && to - content.Length >= from && string.CompareOrdinal(token, to - content.Length, content, 0, content.Length) == 0; i++)
            to -= content.Length;
        return token[from..to];
    });
}
