using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Batching;

/// <summary>Examples of one task that go through the model together.</summary>
/// <param name="Task">Index of the task in the mix.</param>
/// <param name="Number">Its number in the step of the mix; keys the dropout masks.</param>
/// <param name="Examples">At least one.</param>
public sealed record MicroBatch(int Task, int Number, IReadOnlyList<LabeledIds> Examples)
{
    /// <summary>Trained tokens.</summary>
    public int Tokens { get; } = Examples.Sum(example => example.Tokens);

    /// <summary>All tokens, without padding.</summary>
    public int InputTokens { get; } = Examples.Sum(example => example.Ids.Length);

    /// <summary>Pads right with 0 to the longest example. A causal model needs no mask for that: no trained token sees the padding.</summary>
    public BatchTensors Collate(Device device)
    {
        var length = Examples.Max(example => example.Ids.Length);
        var ids = new long[Examples.Count * length];
        var labels = new long[ids.Length];
        Array.Fill(labels, LabelPositions.Ignored);
        for (var row = 0; row < Examples.Count; row++)
            for (var t = 0; t < Examples[row].Ids.Length; t++)
                (ids[row * length + t], labels[row * length + t]) = (Examples[row].Ids[t], Examples[row].Labels[t]);
        var positions = LabelPositions.Of(labels, Examples.Count, length);
        var shares = positions.Example.Select(example => 1f / Examples[(int)example].Tokens).ToArray();
        return new(tensor(ids, [Examples.Count, length], device: device), AttentionLayout.Causal(Examples.Count, length), positions, tensor(shares, device: device));
    }
}

/// <summary>A micro-batch on the device; n is its number of trained tokens.</summary>
/// <param name="Ids">(batch, length) int64, padded right with 0.</param>
/// <param name="Layout">Who sees whom.</param>
/// <param name="Labels">Where which token is trained.</param>
/// <param name="Shares">(n) float32: 1 / trained tokens of the token's example.</param>
public sealed record BatchTensors(Tensor Ids, AttentionLayout Layout, LabelPositions Labels, Tensor Shares);
