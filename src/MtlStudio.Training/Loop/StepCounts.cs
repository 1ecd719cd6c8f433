using MtlStudio.Training.Batching;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Loop;

/// <summary>
/// What a step holds, known before any backward pass, so that the loss is normalized over the whole step and splitting it
/// into other micro-batches changes nothing.
/// </summary>
public sealed class StepCounts
{
    private readonly LossMode mode;
    private readonly Dictionary<int, int> slots;
    private readonly int allTokens, allExamples;

    public StepCounts(IReadOnlyList<MicroBatch> batches, LossMode mode)
    {
        this.mode = mode;
        Present = [.. batches.Select(batch => batch.Task).Distinct().Order()];
        slots = Present.Select((task, slot) => (task, slot)).ToDictionary(pair => pair.task, pair => pair.slot);
        (Tokens, Examples) = (new int[Present.Count], new int[Present.Count]);
        foreach (var batch in batches)
        {
            Tokens[slots[batch.Task]] += batch.Tokens;
            Examples[slots[batch.Task]] += batch.Examples.Count;
        }
        (allTokens, allExamples) = (Tokens.Sum(), Examples.Sum());
    }

    /// <summary>Indices of the tasks in the step, rising; a task's place here is its slot, its row in the gradient matrix.</summary>
    public IReadOnlyList<int> Present { get; }

    /// <summary>Trained tokens by slot.</summary>
    public int[] Tokens { get; }

    /// <summary>Examples by slot.</summary>
    public int[] Examples { get; }

    public bool BySample => mode is LossMode.Sample or LossMode.TaskSample;

    public int Slot(int task) => slots[task];

    /// <summary>Nₖ in the mode's unit: what the task's summed loss is divided by where policies see it.</summary>
    public int TaskCount(int slot) => BySample ? Examples[slot] : Tokens[slot];

    /// <summary>What the slot's summed loss is divided by before backward: N of the step, or Nₖ of the task.</summary>
    public int Divisor(int slot) => mode switch
    {
        LossMode.Token => allTokens,
        LossMode.Sample => allExamples,
        _ => TaskCount(slot),
    };
}
