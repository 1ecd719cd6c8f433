using MtlStudio.Core.Sampling;

namespace MtlStudio.Training.Sampling;

/// <summary>What one optimizer step draws.</summary>
/// <param name="Next">The counters after the step.</param>
public sealed record StepPlan(int Step, IReadOnlyList<MicroBatchPlan> MicroBatches, SamplerState Next)
{
    /// <summary>(K): the probability with which each task was drawn, where draws follow the losses.</summary>
    public IReadOnlyList<double>? Probabilities { get; init; }
}

/// <summary>One micro-batch, of one task.</summary>
/// <param name="Number">Its number in the step of the mix, from 0; a baseline that skips others' keeps it, so keyed draws are the same.</param>
/// <param name="Task">Index of the task in the mix.</param>
/// <param name="Examples">Indices into the task's training examples, in order. At an epoch's end a micro-batch goes on into the
/// next epoch, so it is always full; one larger than its task holds examples more than once.</param>
public sealed record MicroBatchPlan(int Number, int Task, IReadOnlyList<int> Examples);

/// <summary>All that an exact resume of the draws needs.</summary>
public sealed record SamplerState
{
    /// <summary>Examples drawn so far, by task name; absent: 0.</summary>
    public IReadOnlyDictionary<string, long> Drawn { get; init; } = new Dictionary<string, long>();
    /// <summary>Places of the tasks' orders passed so far, where a curriculum leaves examples out; empty without one.</summary>
    public IReadOnlyDictionary<string, long> Passed { get; init; } = new Dictionary<string, long>();
    /// <summary>Each example's place from easy to hard, by task, where it was measured in the run.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Ranks { get; init; } = new Dictionary<string, IReadOnlyList<int>>();
    /// <summary>Where draws follow the losses.</summary>
    public Exp3State? Bandit { get; init; }
}
