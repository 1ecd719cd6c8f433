using MtlStudio.Core.Datasets;

namespace MtlStudio.Core.Tokenizers.Prompts;

/// <summary>What becomes of a token: it is read only, it is trained, or it does not fit.</summary>
public enum TokenFate { Masked, Trained, Cut }

/// <summary>A token with the text that it stands for.</summary>
/// <param name="Text">Of its example; a special token's own name; empty where it is a further part of a character that another token shows.</param>
/// <param name="Special">The text is the token's name and stands in no example.</param>
public sealed record ShownToken(int Id, string Text, TokenFate Fate, bool Special);

/// <summary>An example in tokens, those that do not fit among them.</summary>
/// <param name="Tokens">In their order. Their texts together are prompt and answer, and the special tokens' names.</param>
/// <param name="Kept">Tokens that are kept.</param>
/// <param name="Trained">Tokens that are trained.</param>
/// <param name="Dropped">Nothing of the answer is left: the example is not trained on.</param>
public sealed record PromptPreview(IReadOnlyList<ShownToken> Tokens, int Kept, int Trained, int CutFromPrompt, int CutFromAnswer, bool Dropped)
{
    /// <summary>What <see cref="PromptEncoder.Encode"/> makes of an example, with the texts of its tokens.</summary>
    public static PromptPreview Of(Tokenizer tokenizer, string prompt, string answer, int maxLength)
    {
        var encoded = new PromptEncoder(tokenizer).Encode(prompt, answer, maxLength);
        var promptTokens = Shown(tokenizer.EncodeWithOffsets(prompt, addSpecialTokens: false), prompt);
        var answerTokens = Shown(tokenizer.EncodeContinuationWithOffsets(answer), answer);
        if (tokenizer.EosId is { } eos) answerTokens.Add(new(eos, tokenizer.TokenText(eos), TokenFate.Trained, Special: true));
        var keptPrompt = encoded.Dropped ? 0 : promptTokens.Count - encoded.CutFromPrompt;
        var keptAnswer = encoded.Dropped ? 0 : answerTokens.Count - encoded.CutFromAnswer;

        var tokens = new List<ShownToken>();
        foreach (var id in encoded.Ids.Take(Math.Max(0, encoded.PromptLength - keptPrompt))) tokens.Add(new(id, tokenizer.TokenText(id), TokenFate.Masked, Special: true));
        tokens.AddRange(promptTokens.Select((token, i) => token with { Fate = i < promptTokens.Count - keptPrompt ? TokenFate.Cut : TokenFate.Masked }));
        tokens.AddRange(answerTokens.Select((token, i) => token with { Fate = i < keptAnswer ? TokenFate.Trained : TokenFate.Cut }));
        // The very first token has nothing before it that it could be learned from.
        if (encoded.PromptLength == 0 && tokens.FindIndex(token => token.Fate == TokenFate.Trained) is >= 0 and var first) tokens[first] = tokens[first] with { Fate = TokenFate.Masked };
        return new(tokens, encoded.Ids.Length, tokens.Count(token => token.Fate == TokenFate.Trained), encoded.CutFromPrompt, encoded.CutFromAnswer, encoded.Dropped);
    }

    /// <summary>An example that a head answers: what the head reads stands as trained.</summary>
    /// <param name="mean">The head reads all tokens and not the last one; a tagger's reads the last token of each word.</param>
    public static PromptPreview OfHead(Tokenizer tokenizer, RenderedExample example, bool mean, int maxLength)
    {
        var encoded = new PromptEncoder(tokenizer).EncodeForHead(example, maxLength);
        var spans = tokenizer.EncodeWithOffsets(example.Prompt, addSpecialTokens: false);
        var kept = spans.Length - encoded.CutFromPrompt;
        var read = new HashSet<int>();
        foreach (var word in example.Words)
            if (Array.FindLastIndex(spans, span => span.Start < word.End && span.End > word.Start) is >= 0 and var last) read.Add(last);
        var tokens = new List<ShownToken>();
        foreach (var id in encoded.Ids.Take(Math.Max(0, encoded.Ids.Length - kept))) tokens.Add(new(id, tokenizer.TokenText(id), mean ? TokenFate.Trained : TokenFate.Masked, Special: true));
        tokens.AddRange(Shown(spans, example.Prompt).Select((token, i) => token with
        {
            Fate = i < encoded.CutFromPrompt ? TokenFate.Cut : mean || (example.Words.Count > 0 ? read.Contains(i) : i == spans.Length - 1) ? TokenFate.Trained : TokenFate.Masked,
        }));
        return new(tokens, encoded.Ids.Length, tokens.Count(token => token.Fate == TokenFate.Trained), encoded.CutFromPrompt, 0, encoded.Dropped);
    }

    /// <summary>Deals the text out to its tokens: what no token covers (as a space that the tokenizer folds away) goes to the next one.</summary>
    private static List<ShownToken> Shown(TokenSpan[] spans, string text)
    {
        var tokens = new List<ShownToken>(spans.Length);
        var at = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            var end = i == spans.Length - 1 ? text.Length : Math.Clamp(spans[i].End, at, text.Length);
            tokens.Add(new(spans[i].Id, text[at..end], TokenFate.Masked, Special: false));
            at = end;
        }
        return tokens;
    }
}
