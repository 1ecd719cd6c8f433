using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Batching;

/// <summary>A micro-batch as plain numbers, padded right with 0 to the longest row: all of the collation that needs no device, so that another thread may do it.</summary>
/// <param name="Ids">(rows, length), row by row.</param>
/// <param name="Layout">Who sees whom.</param>
/// <param name="Labels">Where which token is trained.</param>
/// <param name="Shares">(n): 1 / trained tokens of the token's example.</param>
public sealed record HostBatch(long[] Ids, AttentionLayout Layout, LabelPositions Labels, float[] Shares)
{
    /// <summary>What heads are asked; null: the model's own head answers.</summary>
    public HeadBatch? Heads { get; init; }

    /// <summary>(n): a reference run's loss of each token; null without one.</summary>
    public float[]? Reference { get; init; }

    /// <summary>A causal model needs no mask for the padding: no trained token sees it.</summary>
    public static HostBatch Of(MicroBatch batch)
    {
        var examples = batch.Examples;
        var rows = batch.Rows ?? [.. Enumerable.Range(0, examples.Count).Select(example => (IReadOnlyList<int>)[example])];
        var length = rows.Max(row => row.Sum(example => examples[example].Ids.Length));
        var ids = new long[rows.Count * length];
        var labels = new long[ids.Length];
        var exampleOf = new int[ids.Length];
        Array.Fill(labels, LabelPositions.Ignored);
        for (var row = 0; row < rows.Count; row++)
        {
            var at = row * length;
            foreach (var example in rows[row])
                for (var t = 0; t < examples[example].Ids.Length; t++, at++)
                    // The first token of an example has nothing before it that it may be learned from.
                    (ids[at], labels[at], exampleOf[at]) = (examples[example].Ids[t], t == 0 ? LabelPositions.Ignored : examples[example].Labels[t], example);
        }
        var positions = LabelPositions.Of(labels, rows.Count, length, exampleOf, examples.Count);
        var heads = HeadBatch.Of(examples, rows, length);
        int[] owners = heads is null ? [.. positions.Example.Select(example => (int)example)] : heads.Example;
        var shares = owners.Select(example => 1f / examples[example].Tokens).ToArray();
        return new(ids, AttentionLayout.Packed([.. rows.Select(row => (IReadOnlyList<int>)[.. row.Select(example => examples[example].Ids.Length)])], length), positions, shares) { Heads = heads, Reference = ReferenceOf(examples, owners) };
    }

    /// <summary>An example's losses stand in the order of its tokens, wherever its row lies.</summary>
    private static float[]? ReferenceOf(IReadOnlyList<LabeledIds> examples, int[] owners)
    {
        if (examples.Any(example => example.Reference is null)) return null;
        var next = new int[examples.Count];
        return [.. owners.Select(example => examples[example].Reference![next[example]++])];
    }
}
