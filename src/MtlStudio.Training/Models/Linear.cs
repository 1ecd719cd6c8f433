using MtlStudio.Training.Quantization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Models;

/// <summary>What may stand in the place of a linear layer's own computation, as LoRA; it may call <see cref="Linear.Base"/>.</summary>
public interface ILinearAdapter
{
    /// <summary><paramref name="x"/>: (tokens, in) → (tokens, out).</summary>
    Tensor Forward(Linear layer, Tensor x, ForwardPass pass);
}

/// <summary>x·Wᵀ + b, with W (out, in), or through the adapter where one is set.</summary>
public sealed class Linear(string name, ParameterSlot weight, ParameterSlot? bias)
{
    /// <summary>The module's name, as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Name { get; } = name;
    public ParameterSlot Weight { get; } = weight;
    public ParameterSlot? Bias { get; } = bias;
    public long InFeatures => Weight.Shape[1];
    public long OutFeatures => Weight.Shape[0];
    public ILinearAdapter? Adapter { get; set; }

    public Tensor Forward(Tensor x, ForwardPass pass) => Adapter is null ? Base(x) : Adapter.Forward(this, x, pass);

    /// <summary>x·Wᵀ, without bias and adapter.</summary>
    public Tensor Product(Tensor x) => Packed is { } packed ? PackedProduct.Of(x, packed) : functional.linear(x, Weight.Value);

    /// <summary>The layer without its adapter.</summary>
    public Tensor Base(Tensor x)
    {
        if (Packed is null) return functional.linear(x, Weight.Value, Bias?.Value);
        return Bias is null ? Product(x) : Product(x).add(Bias.Value);
    }

    private IPackedWeight? Packed => Weight.Replacement is null ? Weight.Packed : null;
}
