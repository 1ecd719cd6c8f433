using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Linear layers with an activation between them, named and numbered as torch's Sequential: <c>name.0</c>, <c>name.2</c> …</summary>
internal sealed class DenseStack
{
    private readonly (ParameterSlot Weight, ParameterSlot Bias)[] layers;
    private readonly Func<Tensor, Tensor> activation;

    /// <param name="widths">Of the input, between the layers, and of the output.</param>
    public DenseStack(string name, Func<Tensor, Tensor> activation, params long[] widths)
    {
        this.activation = activation;
        layers = [.. widths.Zip(widths.Skip(1)).Select((pair, i) => (
            new ParameterSlot($"{name}.{2 * i}.weight", [pair.Second, pair.First]), new ParameterSlot($"{name}.{2 * i}.bias", [pair.Second])))];
    }

    public IEnumerable<ParameterSlot> Slots => layers.SelectMany(layer => new[] { layer.Weight, layer.Bias });

    /// <summary>Uniform in ±1/√inputs, as torch begins a linear layer.</summary>
    public void Start(CausalLm model, long seed)
    {
        foreach (var (weight, bias) in layers)
        {
            weight.Uniform(model, 1 / Math.Sqrt(weight.Shape[1]), seed);
            bias.Uniform(model, 1 / Math.Sqrt(weight.Shape[1]), seed);
        }
    }

    public Tensor Forward(Tensor x)
    {
        for (var i = 0; i < layers.Length; i++) x = functional.linear(i == 0 ? x : activation(x), layers[i].Weight.Value, layers[i].Bias.Value);
        return x;
    }
}
