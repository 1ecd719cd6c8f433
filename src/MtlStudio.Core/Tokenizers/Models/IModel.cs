namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Turns one word into tokens. Safe for use by several threads.</summary>
internal interface IModel
{
    Vocabulary Vocabulary { get; }

    /// <param name="word">Not empty, without lone surrogates.</param>
    WordTokens Tokenize(ReadOnlySpan<char> word);
}
