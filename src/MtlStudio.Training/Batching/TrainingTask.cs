using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Batching;

/// <summary>What the loop needs of one task of the mix.</summary>
/// <param name="Name">As in the spec.</param>
/// <param name="Metrics">Catalog names; the values of their series.</param>
/// <param name="PrimaryMetric">The one that stands for the task.</param>
/// <param name="HigherIsBetter">Of the primary metric.</param>
/// <param name="Train">Training examples in the split's order, those that truncation emptied left out.</param>
public sealed record TrainingTask(string Name, IReadOnlyList<string> Metrics, string PrimaryMetric, bool HigherIsBetter, IReadOnlyList<LabeledIds> Train)
{
    /// <summary>Training examples set aside for policies that read held-out loss; not trained on.</summary>
    public IReadOnlyList<LabeledIds> Policy { get; init; } = [];
    /// <summary>Validation examples, for looks that nothing which trains reads.</summary>
    public IReadOnlyList<LabeledIds> Validation { get; init; } = [];
    public int ValidationExamples { get; init; }
    public int TestExamples { get; init; }
    /// <summary>Training examples left out because truncation cut away their whole answer.</summary>
    public int Dropped { get; init; }
    /// <summary>What the order of the training examples depends on beside seed and name.</summary>
    public ExampleFacts Facts { get; init; } = ExampleFacts.None;
}
