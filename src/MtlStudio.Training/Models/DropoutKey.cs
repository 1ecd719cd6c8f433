using MtlStudio.Core;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>
/// What the dropout masks of one forward pass depend on, beside the place in the model: the same key gives the same
/// masks, so that a recomputation or a second forward pass of a micro-batch replays them.
/// </summary>
public sealed record DropoutKey(long Seed, long Step, long Task, long MicroBatch)
{
    /// <summary>Of the model's own values; an adapter has its own.</summary>
    public DropoutRates Rates { get; init; } = DropoutRates.None;

    /// <summary>Changes the embeddings (batch·length, hidden) of a pass, given the padded length; null: leaves them.</summary>
    public Func<Tensor, int, Tensor>? Embedded { get; init; }

    /// <summary>Drops elements of <paramref name="x"/> with probability <paramref name="p"/> and scales the others by 1/(1 − p).</summary>
    /// <param name="site">Names the place in the model; each place has its own masks.</param>
    public Tensor Apply(Tensor x, double p, string site)
    {
        if (p <= 0) return x;
        var random = new KeyedRandom(Seed, site, Step, Task, MicroBatch);
        using var generator = new Generator(random.NextUInt64() >> 1, x.device);
        // Drawn in float32 for a type of fewer bits, which the factor would not fit: the same elements are dropped in each.
        var narrow = x.dtype is ScalarType.BFloat16 or ScalarType.Float16;
        using var mask = empty(x.shape, narrow ? float32 : x.dtype, x.device).bernoulli_(1 - p, generator);
        if (!narrow) return x.mul(mask.div_(Scalars.Of(1 - p)));
        using var kept = mask.to(x.dtype);
        return x.mul(kept).mul(Scalars.Of(1 / (1 - p)));
    }
}
