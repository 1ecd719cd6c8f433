using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Batching;

/// <summary>Examples of one task that go through the model together.</summary>
/// <param name="Task">Index of the task in the mix.</param>
/// <param name="Number">Its number in the step of the mix; keys the dropout masks.</param>
/// <param name="Examples">At least one.</param>
public sealed record MicroBatch(int Task, int Number, IReadOnlyList<LabeledIds> Examples)
{
    /// <summary>Trained tokens, or answers of a head.</summary>
    public int Tokens { get; } = Examples.Sum(example => example.Tokens);

    /// <summary>All tokens, without padding.</summary>
    public int InputTokens { get; } = Examples.Sum(example => example.Ids.Length);

    /// <summary>Examples that share a row, by index, for packed batches; null: each has its own. Packed examples do not see each other.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Rows { get; init; }

    /// <summary>The same examples, several in a row where they fit beside the longest one's length: less padding, the same losses.</summary>
    public MicroBatch Packed() => this with { Rows = Packing.BestFit([.. Examples.Select(example => example.Ids.Length)], Examples.Max(example => example.Ids.Length)) };

    /// <summary>Pads right with 0 to the longest row. A causal model needs no mask for that: no trained token sees the padding.</summary>
    public BatchTensors Collate(Device device)
    {
        var rows = Rows ?? [.. Enumerable.Range(0, Examples.Count).Select(example => (IReadOnlyList<int>)[example])];
        var length = rows.Max(row => row.Sum(example => Examples[example].Ids.Length));
        var ids = new long[rows.Count * length];
        var labels = new long[ids.Length];
        var exampleOf = new int[ids.Length];
        Array.Fill(labels, LabelPositions.Ignored);
        for (var row = 0; row < rows.Count; row++)
        {
            var at = row * length;
            foreach (var example in rows[row])
                for (var t = 0; t < Examples[example].Ids.Length; t++, at++)
                    // The first token of an example has nothing before it that it may be learned from.
                    (ids[at], labels[at], exampleOf[at]) = (Examples[example].Ids[t], t == 0 ? LabelPositions.Ignored : Examples[example].Labels[t], example);
        }
        var positions = LabelPositions.Of(labels, rows.Count, length, exampleOf, Examples.Count);
        var heads = HeadBatch.Of(Examples, rows, length);
        var shares = (heads is null ? positions.Example.Select(example => (int)example) : heads.Example).Select(example => 1f / Examples[example].Tokens).ToArray();
        var layout = AttentionLayout.Packed([.. rows.Select(row => (IReadOnlyList<int>)[.. row.Select(example => Examples[example].Ids.Length)])], length);
        return new(tensor(ids, [rows.Count, length], device: device), layout, positions, tensor(shares, device: device)) { Heads = heads };
    }
}

/// <summary>A micro-batch on the device; n is its number of trained tokens, or of answers that a head gives.</summary>
/// <param name="Ids">(batch, length) int64, padded right with 0.</param>
/// <param name="Layout">Who sees whom.</param>
/// <param name="Labels">Where which token is trained.</param>
/// <param name="Shares">(n) float32: 1 / trained tokens of the token's example.</param>
public sealed record BatchTensors(Tensor Ids, AttentionLayout Layout, LabelPositions Labels, Tensor Shares)
{
    /// <summary>What the task's head is asked; null: the next tokens are.</summary>
    public HeadBatch? Heads { get; init; }
}
