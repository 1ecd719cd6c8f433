using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Models;

/// <summary>(x − mean) / √(variance + ε) over the last dimension, times a weight, plus a bias (Ba et al. 2016); at least in float32.</summary>
public sealed class LayerNorm(ParameterSlot weight, ParameterSlot bias, double epsilon)
{
    public Tensor Forward(Tensor x)
    {
        if (x.dtype is not (ScalarType.BFloat16 or ScalarType.Float16)) return functional.layer_norm(x, [.. weight.Shape], weight.Value, bias.Value, epsilon);
        return functional.layer_norm(x.to(float32), [.. weight.Shape], weight.Value.to(float32), bias.Value.to(float32), epsilon).to(x.dtype);
    }
}
