namespace MtlStudio.Training.Loop;

/// <summary>What a step along one task's gradient alone would have done to every task's loss.</summary>
/// <param name="Source">The task whose step it was, by its index in the mix.</param>
/// <param name="Losses">Mean validation loss a token, nats, right before and right after it, on the same examples, by task.</param>
public sealed record StepEffect(int Source, IReadOnlyList<(int Task, double Before, double After)> Losses);
