namespace MtlStudio.Core.Tokenizers;

/// <summary>A token and the part of the text that it stands for.</summary>
/// <param name="Id">In the vocabulary.</param>
/// <param name="Text">The token as the vocabulary spells it, or the text that an unknown token stands for.</param>
/// <param name="Start">In UTF-16 units of the text; several tokens of one character share its span.</param>
/// <param name="End">Exclusive. 0 and 0 for special tokens that stand for nothing.</param>
/// <param name="Word">The index of the word (pre-token) it came from, or -1.</param>
public readonly record struct TokenSpan(int Id, string Text, int Start, int End, int Word);
