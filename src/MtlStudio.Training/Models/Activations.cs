using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Models;

/// <summary>Activation functions under the names config.json gives them.</summary>
public static class Activations
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["silu"] = x => functional.silu(x),
        ["swish"] = x => functional.silu(x),
        ["gelu"] = x => functional.gelu(x), // exact, by erf
        ["gelu_new"] = x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        ["gelu_pytorch_tanh"] = x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        ["relu"] = x => functional.relu(x),
        ["relu2"] = x => functional.relu(x).pow(Scalars.Two),
    };

    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    public static Func<Tensor, Tensor> Get(string name) => Known[name];
}
