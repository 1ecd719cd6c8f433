namespace MtlStudio.Core.Tokenizers.Prompts;

/// <summary>One training example in tokens.</summary>
/// <param name="Ids">Prompt and answer; empty where the example is dropped.</param>
/// <param name="PromptLength">So many ids at the start are masked from the loss.</param>
/// <param name="CutFromPrompt">Tokens of the prompt that didn't fit, taken from its left.</param>
/// <param name="CutFromAnswer">Tokens of the answer (its end token too) that didn't fit, taken from its right.</param>
/// <param name="Dropped">No token of the answer is left, so there is nothing to train on.</param>
public sealed record EncodedExample(int[] Ids, int PromptLength, int CutFromPrompt, int CutFromAnswer, bool Dropped);
