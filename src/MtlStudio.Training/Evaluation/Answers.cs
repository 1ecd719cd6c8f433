using MtlStudio.Core.Estimates;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Evaluation;

/// <summary>What a model answered.</summary>
/// <param name="Cut">It ended by the token limit.</param>
/// <param name="ByLength">The choice that is likeliest a character; null where there are no choices.</param>
public readonly record struct Answer(string Text, bool Cut, string? ByLength = null);

/// <summary>A model's answers: written token by token, or the likeliest of a task's labels.</summary>
public static class Answers
{
    /// <summary>One answer for each example, in their order; null where it was cancelled.</summary>
    /// <param name="cancelled">Asked after each batch, with the examples just done.</param>
    public static IReadOnlyList<Answer>? Of(
        CausalLm model, Tokenizer tokenizer, EvaluationTask task, IReadOnlyList<EvaluationExample> examples, DecodingSpec decoding, long seed, Func<int, bool> cancelled)
    {
        var answers = new Answer[examples.Count];
        if (!task.Answers)
        {
            Array.Fill(answers, new("", false));
            return answers;
        }
        var ends = EndTokens(model, tokenizer);
        foreach (var batch in Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Prompt.Length).Chunk(EvaluationLimits.TextsAtOnce))
        {
            var prompts = batch.Select(i => (IReadOnlyList<int>)examples[i].Prompt).ToList();
            if (examples[batch[0]].Choices.Count > 0)
            {
                var likelihoods = ContinuationScorer.Score(model, prompts, [.. batch.Select(i => examples[i].ChoiceTokens)]);
                for (var i = 0; i < batch.Length; i++) answers[batch[i]] = Chosen(examples[batch[i]].Choices, [.. likelihoods[i].Select(likelihood => likelihood.Sum)]);
            }
            else if (task.Labels.Count > 0)
            {
                var likelihoods = ContinuationScorer.Score(model, prompts, [.. prompts.Select(_ => task.LabelTokens)]);
                for (var i = 0; i < batch.Length; i++) answers[batch[i]] = new(task.Labels[Likeliest(likelihoods[i])], false);
            }
            else
            {
                var written = TextGenerator.Generate(model, prompts, Options(task, decoding, ends, seed), [.. batch.Select(i => (long)examples[i].Row)]);
                for (var i = 0; i < batch.Length; i++) answers[batch[i]] = new(Text(tokenizer, written[i]), written[i].CutByLimit);
            }
            if (cancelled(batch.Length)) return null;
        }
        return answers;
    }

    /// <summary>The text of what was generated, without the token that ended it and blanks around it.</summary>
    public static string Text(Tokenizer tokenizer, Generated generated) => tokenizer.Decode([.. generated.Ids], skipSpecialTokens: true).Trim();

    /// <summary>The tokens that end a text: those the model's folder names, and the tokenizer's.</summary>
    public static IReadOnlyList<long> EndTokens(CausalLm model, Tokenizer tokenizer) =>
        [.. (model.Folder is null ? model.Config.EosTokenIds : GenerationConfig.Read(model.Folder, model.Config).EosIds).Concat(tokenizer.EosId is { } eos ? [eos] : []).Distinct()];

    private static DecodingOptions Options(EvaluationTask task, DecodingSpec decoding, IReadOnlyList<long> ends, long seed) => new()
    {
        MaxNewTokens = task.MaxNewTokens, EosIds = ends, Sample = decoding.Method == "sample",
        Temperature = decoding.Temperature, TopK = decoding.TopK, TopP = decoding.TopP, Seed = seed, BatchSize = EvaluationLimits.TextsAtOnce,
    };

    private static Answer Chosen(IReadOnlyList<string> choices, double[] likelihoods) =>
        new(choices[ChoiceRule.Likeliest(likelihoods)].Trim(), false, choices[ChoiceRule.LikeliestPerCharacter(likelihoods, choices)].Trim());

    // A likelihood that is not finite never wins; the first label does where none is.
    private static int Likeliest(IReadOnlyList<LogLikelihood> labels)
    {
        var best = 0;
        for (var i = 1; i < labels.Count; i++)
            if (labels[i].Sum > labels[best].Sum || double.IsNaN(labels[best].Sum)) best = i;
        return best;
    }
}
