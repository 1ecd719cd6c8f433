using MtlStudio.Core.Datasets;

namespace MtlStudio.Core.Tokenizers.Prompts;

/// <summary>Puts prompt and answer together in tokens, the same way for training and for generation.</summary>
/// <remarks>
/// Ids are [what the tokenizer puts before a text] + prompt + answer + [EOS, if the tokenizer has one]. Prompt and answer are encoded
/// apart, the answer as a continuation (<see cref="Tokenizer.EncodeContinuation"/>). So the prompt's ids never depend on the answer:
/// what <see cref="EncodePrompt"/> gives at generation is how the training ids begin, and no token straddles the border, of which one half
/// would be masked and the other not. Where the border is a clean one (the answer begins with a space or on a new line), the ids are
/// those of the joint text; elsewhere the model learns the very continuation it will be asked for.
/// </remarks>
public sealed class PromptEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int[] _before;

    public PromptEncoder(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        // Whatever stands before the text's own ids; some tokenizers put tokens behind it too.
        var plain = tokenizer.Encode("a", addSpecialTokens: false);
        var full = tokenizer.Encode("a", addSpecialTokens: true);
        _before = full[..Math.Max(0, full.AsSpan().IndexOf(plain))];
    }

    /// <summary>The ids of a prompt to generate from, cut from its left (what the tokenizer puts before a text stays) to at most
    /// <paramref name="maxLength"/>.</summary>
    public int[] EncodePrompt(string prompt, int maxLength, out int cutFromPrompt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var ids = _tokenizer.Encode(prompt, addSpecialTokens: false);
        cutFromPrompt = Math.Max(0, ids.Length - Math.Max(0, maxLength - _before.Length));
        return [.. _before, .. ids[cutFromPrompt..]];
    }

    /// <summary>An example that a head answers: the prompt is all of it.</summary>
    public EncodedExample EncodeForHead(RenderedExample example, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(example);
        var ids = EncodePrompt(example.Prompt, maxLength, out var cut);
        return new(ids, ids.Length, cut, 0, Dropped: ids.Length == 0);
    }

    /// <summary>The ids of an example, at most <paramref name="maxLength"/>. Where it doesn't fit, the prompt gives way first, from its left, but
    /// keeps a quarter of the room; then the answer, from its right. A cut answer has no EOS, as it doesn't end there.</summary>
    public EncodedExample Encode(string prompt, string answer, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var promptIds = _tokenizer.Encode(prompt, addSpecialTokens: false);
        int[] answerIds = _tokenizer.EosId is { } eos
            ? [.. _tokenizer.EncodeContinuation(answer), eos]
            : _tokenizer.EncodeContinuation(answer);
        var room = Math.Max(0, maxLength - _before.Length);
        var keptPrompt = Math.Min(promptIds.Length, Math.Max(room - answerIds.Length, room / 4));
        var keptAnswer = Math.Min(answerIds.Length, room - keptPrompt);
        var cutFromPrompt = promptIds.Length - keptPrompt;
        var cutFromAnswer = answerIds.Length - keptAnswer;
        if (keptAnswer == 0) return new([], 0, cutFromPrompt, cutFromAnswer, Dropped: true);
        return new(
            [.. _before, .. promptIds[cutFromPrompt..], .. answerIds[..keptAnswer]], _before.Length + keptPrompt, cutFromPrompt, cutFromAnswer, Dropped: false);
    }
}
