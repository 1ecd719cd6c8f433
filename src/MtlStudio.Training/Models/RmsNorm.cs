using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>x / √(mean x² + ε) over the last dimension, times a weight (Zhang and Sennrich 2019); at least in float32.</summary>
public sealed class RmsNorm(ParameterSlot weight, double epsilon)
{
    public Tensor Forward(Tensor x)
    {
        var wide = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? x.to(float32) : x;
        // By the norm: its gradient costs half of that of square and mean.
        var rate = wide.norm(-1, keepdim: true).pow(Scalars.Two).div_(Scalars.Of(wide.shape[^1])).add_(Scalars.Of(epsilon), Scalars.One).rsqrt_();
        return wide.mul(rate).to(x.dtype).mul(weight.Value);
    }
}
