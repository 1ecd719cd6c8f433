using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>What a spec's precision means for the model.</summary>
public static class Precision
{
    /// <summary>How a run's model is loaded: in bfloat16 what is trained keeps float32 masters (Micikevicius et al. 2018, with bfloat16 no loss scaling is needed).</summary>
    public static LoadOptions Of(RunSpec spec, Device device) => new()
    {
        Device = device, Quantize = spec.Model.Quantize,
        Dtype = spec.Training.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32, Masters = spec.Training.Precision == "bf16",
    };
}
