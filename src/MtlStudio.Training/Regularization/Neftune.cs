using MtlStudio.Core;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Regularization;

/// <summary>NEFTune (Jain et al. 2023): uniform noise of ±α/√(T·H) on the embeddings of a training pass, T the padded length and H the hidden width.</summary>
public static class Neftune
{
    /// <summary>Adds noise drawn by the key.</summary>
    /// <param name="embeddings">(batch·length, hidden).</param>
    public static Tensor Add(Tensor embeddings, int length, double alpha, DropoutKey key)
    {
        using var scope = NewDisposeScope();
        var random = new KeyedRandom(key.Seed, "neftune", key.Step, key.Task, key.MicroBatch);
        using var generator = new Generator(random.NextUInt64() >> 1, embeddings.device);
        var noise = empty(embeddings.shape, embeddings.dtype, embeddings.device).uniform_(-1, 1, generator);
        return With(embeddings, noise, length, alpha).MoveToOuterDisposeScope();
    }

    /// <param name="noise">As the embeddings, in −1 to 1.</param>
    public static Tensor With(Tensor embeddings, Tensor noise, int length, double alpha) =>
        embeddings.add(noise, alpha: Scalars.Of(alpha / Math.Sqrt((double)length * embeddings.shape[^1])));
}
