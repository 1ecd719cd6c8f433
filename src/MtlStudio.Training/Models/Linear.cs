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
/// <param name="transposed">The weight lies as (in, out).</param>
public sealed class Linear(string name, ParameterSlot weight, ParameterSlot? bias, bool transposed = false)
{
    /// <summary>Whether <see cref="Weight"/> lies as (in, out).</summary>
    public bool IsTransposed => transposed;
    /// <summary>The module's name, as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Name { get; } = name;
    public ParameterSlot Weight { get; } = weight;
    public ParameterSlot? Bias { get; } = bias;
    public long InFeatures => Weight.Shape[transposed ? 0 : 1];
    public long OutFeatures => Weight.Shape[transposed ? 1 : 0];
    public ILinearAdapter? Adapter { get; set; }

    public Tensor Forward(Tensor x, ForwardPass pass) => Adapter is null ? Base(x) : Adapter.Forward(this, x, pass);

    /// <summary>x·Wᵀ, without bias and adapter.</summary>
    public Tensor Product(Tensor x) => Packed is { } packed ? PackedProduct.Of(x, packed) : transposed ? x.matmul(Weight.Value) : functional.linear(x, Weight.Value);

    /// <summary>A tensor of the weight's shape as (out, in), or back; a view.</summary>
    public Tensor Oriented(Tensor value) => transposed ? value.t() : value;

    /// <summary>The layer without its adapter.</summary>
    public Tensor Base(Tensor x)
    {
        if (Packed is not null) return Bias is null ? Product(x) : Product(x).add(Bias.Value, Scalars.One);
        return transposed ? addmm(Bias!.Value, x, Weight.Value, 1, 1) : functional.linear(x, Weight.Value, Bias?.Value);
    }

    /// <summary>(out, in), whichever way the weight lies.</summary>
    private IPackedWeight? Packed => Weight.Replacement is not null ? null : Weight.Packed is TransposedWeight turned ? turned.Inner : Weight.Packed;
}
