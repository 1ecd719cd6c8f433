using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Evaluation;

/// <summary>The scores of one evaluation, what each example scored (an entry a task), and the outputs of the examples that are followed.</summary>
public sealed record EvaluationResult(EvaluationEvent Scores, IReadOnlyList<ExampleScoresEvent> Examples, IReadOnlyList<SampleEvent> Samples);

/// <summary>Scores the model as it is now.</summary>
public interface IEvaluator
{
    /// <param name="step">The step it is recorded at.</param>
    /// <param name="split">"validation" or "test".</param>
    /// <param name="cancelled">Asked between batches, and told where it stands (for progress).</param>
    /// <returns>Null where it was cancelled.</returns>
    EvaluationResult? Evaluate(int step, string split, Func<bool> cancelled);
}
