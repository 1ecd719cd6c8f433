namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>The tokens of one word, immutable so that it can be kept in a cache.</summary>
/// <param name="Ids">(tokens).</param>
/// <param name="Starts">(tokens) in UTF-8 bytes of the word.</param>
/// <param name="Ends">(tokens) in UTF-8 bytes of the word, exclusive.</param>
/// <param name="Texts">(tokens) where a token's text isn't the vocabulary's text for its id, else null.</param>
internal sealed record WordTokens(int[] Ids, int[] Starts, int[] Ends, string?[]? Texts = null)
{
    public static readonly WordTokens None = new([], [], []);

    /// <summary>Tokens that follow each other, from their lengths in bytes.</summary>
    public static WordTokens Of(ReadOnlySpan<int> ids, ReadOnlySpan<int> lengths)
    {
        var starts = new int[ids.Length];
        var ends = new int[ids.Length];
        var at = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            starts[i] = at;
            ends[i] = at += lengths[i];
        }
        return new([.. ids], starts, ends);
    }
}
