using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>A word is a token, or unknown; without an unknown token it is lost.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int? unknownId) : IModel
{
    public Vocabulary Vocabulary => vocabulary;

    public WordTokens Tokenize(ReadOnlySpan<char> word)
    {
        var id = vocabulary.IdOf(word) is >= 0 and var known ? known : unknownId;
        return id is { } found ? WordTokens.Of([found], [Runes.Utf8Length(word)]) : WordTokens.None;
    }
}
