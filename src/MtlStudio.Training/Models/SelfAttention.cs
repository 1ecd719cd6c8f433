using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Models;

/// <summary>
/// Causal attention with rotary positions and grouped keys (Ainslie et al. 2023): query head h uses key head
/// h / (heads / key heads). Scores are scaled by 1/√(head dim).
/// </summary>
public sealed class SelfAttention(int layer, int heads, int keyHeads, int headDim, Func<Tensor, ForwardPass, (Tensor Query, Tensor Key, Tensor Value)> project, Linear output)
{
    /// <param name="query">Layers of their own for queries, keys and values.</param>
    public SelfAttention(int layer, int heads, int keyHeads, int headDim, Linear query, Linear key, Linear value, Linear output)
        : this(layer, heads, keyHeads, headDim, (x, pass) => (query.Forward(x, pass), key.Forward(x, pass), value.Forward(x, pass)), output) { }

    /// <summary><paramref name="x"/>: (batch·length, hidden), and so is the result.</summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        var (batch, length) = (pass.Layout.Batch, pass.Layout.Length);
        var (queries, ownKeys, ownValues) = project(x, pass);
        // (batch, length, heads, dim) for the turn, then (batch, heads, length, dim)
        var q = Turn(queries.reshape(batch, length, heads, headDim), pass).transpose(1, 2);
        var k = Turn(ownKeys.reshape(batch, length, keyHeads, headDim), pass).transpose(1, 2);
        var v = ownValues.reshape(batch, length, keyHeads, headDim).transpose(1, 2);
        if (pass.Prefix?[layer] is var (keys, values))
        {
            k = cat([keys.unsqueeze(0).expand(batch, -1, -1, -1), k], 2);
            v = cat([values.unsqueeze(0).expand(batch, -1, -1, -1), v], 2);
        }
        if (pass.Cache is not null) (k, v) = pass.Cache.Append(layer, k, v);
        var mixed = pass.Dropout is { Rates.Attention: > 0 } ? MixDropped(q, Spread(k), Spread(v), pass) : length == 1 && keyHeads < heads ? OneQuery(q, k, v, pass.Mask) : Mix(q, Spread(k), Spread(v), pass);
        return output.Forward(mixed.transpose(1, 2).reshape(-1, heads * headDim), pass);
    }

    private static Tensor Turn(Tensor x, ForwardPass pass) => pass.Cos is null ? x : Rotary.Apply(x, pass.Cos, pass.Sin!);

    private static Tensor Mix(Tensor q, Tensor k, Tensor v, ForwardPass pass)
    {
        // On a CPU the fused kernel makes thousands of tiny products, each of which costs more to ask for in bfloat16 than to compute in float32.
        if (q.dtype != ScalarType.BFloat16 || q.device_type != DeviceType.CPU) return Attend(q, k, v, pass.Mask, pass.IsCausal);
        return Attend(q.to(float32), k.to(float32), v.to(float32), pass.Mask?.to(float32), pass.IsCausal).to(q.dtype);
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask, bool isCausal) => functional.scaled_dot_product_attention(q, k, v, mask!, is_casual: isCausal);

    // The fused kernel draws masks of its own, which no key replays: with dropout on the weights they are computed in the open.
    private Tensor MixDropped(Tensor q, Tensor k, Tensor v, ForwardPass pass)
    {
        var scores = q.matmul(k.transpose(-2, -1)).div_(Scalars.Of(Math.Sqrt(headDim))); // (batch, heads, length, keys)
        if (pass.IsCausal) scores = scores.add(full([scores.shape[^2], scores.shape[^1]], Scalars.Of(float.NegativeInfinity), scores.dtype, scores.device).triu(1), Scalars.One);
        else if (pass.Mask is not null) scores = scores.add(pass.Mask, Scalars.One);
        return pass.Dropout!.Apply(functional.softmax(scores, dim: -1), pass.Dropout.Rates.Attention, $"attention {layer}").matmul(v);
    }

    // Decoding reads every cached key once: the queries of a group share its key head as so many rows of it.
    private Tensor OneQuery(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        var grouped = q.reshape(q.shape[0], keyHeads, heads / keyHeads, headDim);
        return functional.scaled_dot_product_attention(grouped, k, v, mask!).reshape(q.shape);
    }

    // (batch, key heads, keys, dim) → (batch, heads, keys, dim)
    private Tensor Spread(Tensor x)
    {
        if (keyHeads == heads) return x;
        var (batch, keys) = (x.shape[0], x.shape[2]);
        return x.unsqueeze(2).expand(batch, keyHeads, heads / keyHeads, keys, headDim).reshape(batch, heads, keys, headDim);
    }
}
