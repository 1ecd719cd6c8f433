namespace MtlStudio.Core.Tokenizers.AddedTokens;

/// <summary>A token that is found in the text before the model sees it.</summary>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="StripLeft">Takes the white space before it too.</param>
/// <param name="StripRight">Takes the white space behind it too.</param>
/// <param name="Normalized">Looked for in the normalized text, its own content normalized as well.</param>
/// <param name="Special">Left out by a decode that skips special tokens.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);
