using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Heads;

namespace MtlStudio.Training.Batching;

/// <summary>The tasks of a spec, read and encoded.</summary>
/// <param name="Tasks">Every task, in the spec's order.</param>
/// <param name="Evaluated">Those that are scored: all, or the one of a baseline.</param>
/// <param name="DatasetHashes">By task name.</param>
/// <param name="Warnings">What a user should know, as tasks without validation examples.</param>
public sealed record LoadedMix(
    IReadOnlyList<TrainingTask> Tasks, IReadOnlyList<EvaluationTask> Evaluated, IReadOnlyDictionary<string, string> DatasetHashes, IReadOnlyList<string> Warnings)
{
    /// <summary>The output heads of the trained tasks that answer by one.</summary>
    public IReadOnlyList<HeadPlan> Heads { get; init; } = [];
}
