using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Bottleneck;

/// <summary>One bottleneck adapter at a residual sum.</summary>
internal sealed class BottleneckPart(CausalLm model, ResidualSum sum, BottleneckOptions options) : IAdapterPart, IResidualAdapter
{
    private readonly Func<Tensor, Tensor> activation = options.Activation == "tanh" ? x => x.tanh() : Models.Activations.Get(options.Activation);
    private ParameterSlot Down { get; } = Slot(sum, "down.weight", options.Width, sum.Hidden);
    private ParameterSlot DownBias { get; } = Slot(sum, "down.bias", options.Width);
    private ParameterSlot Up { get; } = Slot(sum, "up.weight", sum.Hidden, options.Width);
    private ParameterSlot UpBias { get; } = Slot(sum, "up.bias", sum.Hidden);

    public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(Down), AdapterTensor.Of(DownBias), AdapterTensor.Of(Up), AdapterTensor.Of(UpBias)];

    public static bool IsKnown(string activation) => activation == "tanh" || Models.Activations.IsKnown(activation);

    /// <summary>Down normal with deviation 0.01 (Houlsby et al. 2019); Up and the biases zero, so that the model computes what it did.</summary>
    public void Start(long seed)
    {
        Down.Normal(model, 0.01, seed);
        DownBias.Constant(model, 0);
        Up.Constant(model, 0);
        UpBias.Constant(model, 0);
    }

    public void PutOn()
    {
        if (sum.Adapter is not null) throw new InvalidOperationException($"layer {sum.Layer}'s {sum.Place} has an adapter already: dispose that one first");
        sum.Adapter = this;
    }

    public void TakeOff()
    {
        if (ReferenceEquals(sum.Adapter, this)) sum.Adapter = null;
    }

    public Tensor Join(Tensor stream, Tensor output, Tensor normed, ForwardPass pass)
    {
        var joined = stream.add(output, Scalars.One);
        var read = options.Kind switch { "serial" => output, "serial_sum" => joined, "parallel" => stream, _ => normed };
        var inner = activation(functional.linear(read, Down.Value, DownBias.Value)); // (tokens, width)
        return joined.add(functional.linear(inner, Up.Value, UpBias.Value), Scalars.Of(options.Scale));
    }

    public void Merge(MergedWeights weights) => throw MergedWeights.Impossible("A bottleneck adapter", "its activation stands between two layers");

    private static ParameterSlot Slot(ResidualSum sum, string name, params long[] shape) => new($"layers.{sum.Layer}.{sum.Place}.{name}", shape);
}
