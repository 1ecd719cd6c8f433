using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Where and how a model computes.</summary>
public sealed record LoadOptions
{
    /// <summary>"cpu" or "cuda:N".</summary>
    public Device Device { get; init; } = CPU;
    /// <summary>The type of parameters and of the computation; norms and losses are at least float32. Files of another type are converted; of this type, on the CPU, mapped and not copied.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;
    /// <summary>For training in fewer bits than float32: parameters are kept as the file has them until <see cref="CausalLm.Settle"/>, and adapters in float32; all are computed in <see cref="Dtype"/>.</summary>
    public bool Masters { get; init; }
    /// <summary>How the linear layers' weights (not the head's) are kept, by <see cref="Quantization.WeightPacking.Names"/>; they are frozen unless "none".</summary>
    public string Quantize { get; init; } = Quantization.WeightPacking.None;
    /// <summary>Looks through all weights for NaN and infinity and warns.</summary>
    public bool CheckFinite { get; init; } = true;
}
