using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Analysis;

/// <summary>The score of a set of examples, by how often each of them is in it. Asked on several threads at once.</summary>
public delegate double SetScore(ReadOnlySpan<int> times);

/// <summary>Two models on the same examples under one seed.</summary>
/// <param name="Examples">(examples): rows, rising; what pairs one seed's examples with another's.</param>
public sealed record PairedSeed(IReadOnlyList<int> Examples, SetScore Model, SetScore Reference)
{
    /// <summary>The examples that both sides have, paired by row; null where they have none in common, or one side lacks the metric.</summary>
    public static PairedSeed? Join(IMetric metric, ExampleScoresEvent model, ExampleScoresEvent reference) =>
        ScoredExamples.Of(metric, model) is { } left && ScoredExamples.Of(metric, reference) is { } right ? Join(left, right) : null;

    /// <summary>The same of sides that are laid out already; null where they have no example in common.</summary>
    public static PairedSeed? Join(ScoredExamples model, ScoredExamples reference)
    {
        var common = model.InCommon(reference);
        return common.Count == 0 ? null : new(common, model.Over(common), reference.Over(common));
    }
}
