using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting;

/// <summary>
/// A policy that no Gram matrix suffices: it walks the task gradients element by element, may keep a row of P numbers for
/// each task from step to step, and may write a direction of its own.
/// </summary>
public interface IRowPolicy : IWeightingPolicy
{
    /// <summary>Keeps a row of P numbers for each task, 0 at the start; it belongs to the checkpoint.</summary>
    bool KeepsRows { get; }

    /// <summary>The direction is what the policy writes into <see cref="GradientBlock.Direction"/>, and its coefficients only describe it.</summary>
    bool OwnDirection { get; }

    /// <summary>The step's coefficients; the kept rows are changed in place.</summary>
    Weighing Weigh(WeighInput input, JsonObject? state, IGradientBlocks gradients);
}

/// <summary>The task gradients (K, P) of a step, column block by column block, in double precision.</summary>
public interface IGradientBlocks
{
    /// <summary>Walks all columns once, from the first to the last; may be called again.</summary>
    void ForEach(Action<GradientBlock> visit);
}

/// <summary>Some columns of the task gradients. Slots are those of <see cref="WeighInput.Tasks"/>.</summary>
/// <param name="start">The first column.</param>
/// <param name="gradients">(K · length): row after row.</param>
/// <param name="kept">(K · length): the policy's own rows; empty where it keeps none.</param>
/// <param name="direction">(length).</param>
public readonly ref struct GradientBlock(long start, ReadOnlySpan<double> gradients, Span<double> kept, Span<double> direction)
{
    private readonly ReadOnlySpan<double> gradients = gradients;
    private readonly Span<double> kept = kept;

    public long Start { get; } = start;

    public int Length => Direction.Length;

    /// <summary>(length): what a policy writes whose direction is its own; 0 at first.</summary>
    public Span<double> Direction { get; } = direction;

    /// <summary>(length): a task's gradient.</summary>
    public ReadOnlySpan<double> Gradient(int slot) => gradients.Slice(slot * Length, Length);

    /// <summary>(length): what the policy keeps for a task; changes last.</summary>
    public Span<double> Kept(int slot) => kept.Slice(slot * Length, Length);
}
