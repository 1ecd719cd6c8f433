using MtlStudio.Core.Metrics;
using MtlStudio.Training.Batching;

namespace MtlStudio.Training.Evaluation;

/// <summary>One example as an evaluation needs it.</summary>
/// <param name="Row">Its row in the split, from 0.</param>
/// <param name="Input">The rendered prompt.</param>
/// <param name="References">All answers that are right.</param>
/// <param name="Prompt">The prompt's tokens, to go on from.</param>
/// <param name="Labeled">Prompt and first reference for the loss; null where truncation left no answer. Of a head: what it is asked, never null.</param>
public sealed record EvaluationExample(int Row, string Input, IReadOnlyList<string> References, int[] Prompt, LabeledIds? Labeled)
{
    /// <summary>The choices of a multiple choice, and their tokens as continuations; empty for other kinds.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<int>> ChoiceTokens { get; init; } = [];
    /// <summary>Of a tagger: the head's answer for each word, −1 where truncation cut the word away.</summary>
    public IReadOnlyList<int> Words { get; init; } = [];
    /// <summary>Of a tagger: the words that are tagged.</summary>
    public IReadOnlyList<string> WordTexts { get; init; } = [];
    /// <summary>Of several labels: those that are due.</summary>
    public IReadOnlyList<string>? LabelsDue { get; init; }
    /// <summary>Of a regression: the number that is due.</summary>
    public double ValueDue { get; init; } = double.NaN;
    /// <summary>UTF-8 bytes of the reference's tokens that the loss counts.</summary>
    public int Bytes { get; init; }
}

/// <summary>What an evaluation needs of one task.</summary>
public sealed record EvaluationTask
{
    public required string Name { get; init; }
    /// <summary>Counts for the unified score.</summary>
    public required bool IsTarget { get; init; }
    public required IReadOnlyList<IMetric> Metrics { get; init; }
    public required IMetric Primary { get; init; }
    public required MetricContext Context { get; init; }
    public required int MaxNewTokens { get; init; }
    /// <summary>The task answers by its output head.</summary>
    public bool HasHead { get; init; }
    /// <summary>False where only the references' likelihood is scored, and nothing is answered.</summary>
    public bool Answers { get; init; } = true;
    /// <summary>The label words of a classification, and their tokens as continuations; empty: the model writes freely.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<int>> LabelTokens { get; init; } = [];
    public IReadOnlyList<EvaluationExample> Validation { get; init; } = [];
    public IReadOnlyList<EvaluationExample> Test { get; init; } = [];
    /// <summary>Rows whose outputs are kept, of the validation examples and of the test examples.</summary>
    public IReadOnlySet<int> FollowedValidation { get; init; } = new HashSet<int>();
    public IReadOnlySet<int> FollowedTest { get; init; } = new HashSet<int>();
}
