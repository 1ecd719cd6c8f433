namespace MtlStudio.Core.Tokenizers.Training;

/// <summary>What a BPE training learned.</summary>
/// <param name="Tokens">By id: special tokens, the 256 bytes, then what each merge made; bytes are spelled in GPT-2's alphabet.</param>
/// <param name="Merges">In the order they were learned, as spelled in <paramref name="Tokens"/>.</param>
public sealed record LearnedVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges);
