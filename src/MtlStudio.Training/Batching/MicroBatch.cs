using static TorchSharp.torch;

namespace MtlStudio.Training.Batching;

/// <summary>Examples of one task that go through the model together.</summary>
/// <param name="Task">Index of the task among those that train.</param>
/// <param name="Number">Its number in the step, over all tasks; keys the dropout masks.</param>
/// <param name="Examples">At least one.</param>
public sealed record MicroBatch(int Task, int Number, IReadOnlyList<LabeledIds> Examples)
{
    public int Tokens { get; } = Examples.Sum(example => example.Tokens);

    /// <summary>Pads right with 0 to the longest example. A causal model needs no mask for that: no trained token sees the padding.</summary>
    public BatchTensors Collate(Device device)
    {
        var length = Examples.Max(example => example.Ids.Length);
        var ids = new long[Examples.Count * length];
        var positions = new long[Tokens];
        var targets = new long[Tokens];
        var shares = new float[Tokens];
        for (int row = 0, n = 0; row < Examples.Count; row++)
        {
            var example = Examples[row];
            for (var t = 0; t < example.Ids.Length; t++)
            {
                ids[row * length + t] = example.Ids[t];
                if (t == 0 || example.Labels[t] == LabeledIds.Masked) continue;
                positions[n] = row * length + t - 1;
                targets[n] = example.Labels[t];
                shares[n++] = 1f / example.Tokens;
            }
        }
        return new(tensor(ids, [Examples.Count, length], device: device), tensor(positions, device: device),
            tensor(targets, device: device), tensor(shares, device: device));
    }
}

/// <summary>A micro-batch on the device; n is its number of trained tokens.</summary>
/// <param name="Ids">(batch, length) int64, padded right with 0.</param>
/// <param name="Positions">(n) int64: where, in the flattened (batch · length), the state stands that predicts each trained token.</param>
/// <param name="Targets">(n) int64: the trained tokens.</param>
/// <param name="Shares">(n) float32: 1 / trained tokens of the token's example.</param>
public sealed record BatchTensors(Tensor Ids, Tensor Positions, Tensor Targets, Tensor Shares);
