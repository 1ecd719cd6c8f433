using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>What is kept beside each trained parameter and its gradients.</summary>
public static class OptimizerState
{
    /// <summary>Bytes a parameter: the optimizer's state, the average of weights, and the start that L2-SP pulls to. Adafactor's few rows and columns count as none.</summary>
    public static double BytesPerParameter(RunSpec spec)
    {
        var optimizer = spec.Optimizer.Name switch
        {
            "adamw-8bit" => 2 + 2 * 4.0 / 256, // a scale a block of 256, twice
            "adafactor" => 0,
            "lion" => 4,
            "sgd" => spec.Optimizer.Options.Number(MethodKind.Optimizer, "sgd", "momentum") > 0 ? 4 : 0,
            _ => 8.0,
        };
        return optimizer + (spec.Regularization.EmaDecay > 0 ? 4 : 0) + (spec.Regularization.L2Start > 0 ? 4 : 0);
    }
}
