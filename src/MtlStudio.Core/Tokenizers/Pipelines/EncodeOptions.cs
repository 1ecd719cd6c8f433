namespace MtlStudio.Core.Tokenizers.Pipelines;

/// <summary>How a text is to be encoded.</summary>
/// <param name="AddSpecialTokens">With the tokens that the tokenizer puts around a text.</param>
/// <param name="Detailed">With offsets and words.</param>
/// <param name="Continues">The text goes on where another ended: no space or sign is put before it.</param>
internal readonly record struct EncodeOptions(bool AddSpecialTokens, bool Detailed = false, bool Continues = false);
