using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;

namespace MtlStudio.Core.Library;

/// <summary>What template, tokenizer and longest length make of a split.</summary>
public sealed record TokenCounts
{
    /// <summary>Examples of the split.</summary>
    public int Examples { get; init; }
    /// <summary>Examples that were looked at: all, or a seeded choice.</summary>
    public int Counted { get; init; }
    /// <summary>Of those counted: examples that lose their whole answer, and so are not trained on.</summary>
    public int Dropped { get; init; }
    /// <summary>Of those counted: examples that lose a part of their prompt.</summary>
    public int PromptCut { get; init; }
    /// <summary>Of those counted: examples that lose a part of their answer.</summary>
    public int AnswerCut { get; init; }
    /// <summary>Of those counted: rows that the template cannot render, as a label without words.</summary>
    public int Faulty { get; init; }
    /// <summary>The first such row's fault.</summary>
    public string? FirstFault { get; init; }
    /// <summary>Tokens that are kept of an example, on average over those that are trained on.</summary>
    public double MeanTokens { get; init; }
    /// <summary>Trained tokens of an example, or answers of its head, on average.</summary>
    public double MeanTrained { get; init; }
    /// <summary>Tokens of prompt and answer before anything is cut: the median, 95 % and all examples have at most so many.</summary>
    public int MedianLength { get; init; }
    public int Length95 { get; init; }
    public int LongestLength { get; init; }

    /// <summary>Encodes a split's examples, or a seeded choice of them.</summary>
    /// <param name="most">Examples at most; 0: all.</param>
    /// <exception cref="InvalidInputException">The template does not fit the data.</exception>
    public static TokenCounts Of(DatasetVersion version, string split, TaskSpec task, Tokenizer tokenizer, int maxLength, int most, CancellationToken cancellation = default)
    {
        var parsed = TaskTemplate.Of(task);
        if (parsed.Check(version.Columns) is { Count: > 0 } missing) throw new InvalidInputException(missing);
        var encoder = new PromptEncoder(tokenizer);
        var rows = Chosen(version.Count(split), most);
        var lengths = new List<int>(rows.Count);
        var counts = new TokenCounts { Examples = version.Count(split), Counted = rows.Count };
        long tokens = 0, trained = 0;
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            RenderedExample example;
            try
            {
                example = parsed.Render(version.Get(split, row));
            }
            catch (InvalidInputException fault)
            {
                counts = counts with { Faulty = counts.Faulty + 1, FirstFault = counts.FirstFault ?? $"{fault.Errors[0].Message} (row {row + 1} of {split})" };
                continue;
            }
            var encoded = TaskKinds.HasHead(task.Kind) ? encoder.EncodeForHead(example, maxLength) : encoder.Encode(example.Prompt, example.Answer, maxLength);
            lengths.Add(encoded.Ids.Length + encoded.CutFromPrompt + encoded.CutFromAnswer);
            if (encoded.Dropped) counts = counts with { Dropped = counts.Dropped + 1 };
            else (tokens, trained) = (tokens + encoded.Ids.Length, trained + (TaskKinds.HasHead(task.Kind) ? Math.Max(1, example.Words.Count) : encoded.Ids.Length - Math.Max(1, encoded.PromptLength)));
            if (encoded is { Dropped: false, CutFromPrompt: > 0 }) counts = counts with { PromptCut = counts.PromptCut + 1 };
            if (encoded is { Dropped: false, CutFromAnswer: > 0 }) counts = counts with { AnswerCut = counts.AnswerCut + 1 };
        }
        lengths.Sort();
        var kept = lengths.Count - counts.Dropped;
        return counts with
        {
            MeanTokens = kept > 0 ? (double)tokens / kept : 0,
            MeanTrained = kept > 0 ? (double)trained / kept : 0,
            MedianLength = At(0.5),
            Length95 = At(0.95),
            LongestLength = At(1),
        };

        int At(double share) => lengths.Count == 0 ? 0 : lengths[Math.Max(0, (int)Math.Ceiling(share * lengths.Count) - 1)];
    }

    /// <summary>The rows to count, in rising order.</summary>
    private static IReadOnlyList<int> Chosen(int rows, int most)
    {
        if (most <= 0 || rows <= most) return [.. Enumerable.Range(0, rows)];
        var all = Enumerable.Range(0, rows).ToArray();
        new KeyedRandom(1, "preview").Shuffle(all.AsSpan());
        return [.. all.Take(most).Order()];
    }
}
