using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft;

/// <summary>x·Wᵀ + b + scaling·(drop(x)·Aᵀ)·Bᵀ beside a layer whose own tensors stay as they are.</summary>
internal sealed class LoraLinear(ParameterSlot a, ParameterSlot b, double scaling, double dropout) : ILinearAdapter
{
    /// <summary>(r, in)</summary>
    public ParameterSlot A { get; } = a;
    /// <summary>(out, r)</summary>
    public ParameterSlot B { get; } = b;
    public double Scaling { get; } = scaling;

    public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
    {
        var own = layer.Base(x);
        var input = pass.Dropout is null ? x : pass.Dropout.Apply(x, dropout, layer.Name);
        var low = functional.linear(input, A.Value); // (tokens, r): the cheapest place to scale
        if (Scaling != 1) low.mul_(Scaling);
        return own.addmm_(low, B.Value.t());
    }

    /// <summary>scaling·B·A: (out, in).</summary>
    public Tensor Delta() => B.Value.mm(A.Value).mul_(Scaling);
}
