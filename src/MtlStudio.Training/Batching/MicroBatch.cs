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
    public MicroBatch Packed() => this with { Host = null, Rows = Packing.BestFit([.. Examples.Select(example => example.Ids.Length)], Examples.Max(example => example.Ids.Length)) };

    /// <summary>Which part of the micro-batch of this number it is, where that did not fit in memory whole.</summary>
    public int Part { get; init; }

    /// <summary>What the dropout masks depend on: each part has its own.</summary>
    public long Key => Number + ((long)Part << 34);

    /// <summary>Its numbers, where they are collated already.</summary>
    public HostBatch? Host { get; init; }

    /// <summary>The same, collated on the host.</summary>
    public MicroBatch Prepared() => this with { Host = HostBatch.Of(this) };

    /// <summary>Puts it on the device, padded right with 0 to the longest row.</summary>
    public BatchTensors Collate(Device device)
    {
        var host = Host ?? HostBatch.Of(this);
        return new(tensor(host.Ids, [host.Layout.Batch, host.Layout.Length], device: device), host.Layout, host.Labels, tensor(host.Shares, device: device))
        {
            Heads = host.Heads, Reference = host.Reference is { } reference ? tensor(reference, device: device) : null,
        };
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

    /// <summary>(n) float32: a reference run's loss of each token; null without one.</summary>
    public Tensor? Reference { get; init; }
}
