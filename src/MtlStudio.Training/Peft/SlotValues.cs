using MtlStudio.Core;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>Start values of an adapter's tensors: drawn on the CPU in float32 by seed and name, so that neither device nor type nor the other tensors change a draw.</summary>
internal static class SlotValues
{
    public static void Constant(this ParameterSlot slot, CausalLm model, double value) => slot.ComputeIn(model.Dtype).Own(full([.. slot.Shape], Scalars.Of(value), model.MasterType, model.Device));

    /// <summary>Uniform in ±<paramref name="bound"/>.</summary>
    public static void Uniform(this ParameterSlot slot, CausalLm model, double bound, long seed) =>
        Fill(slot, model, seed, (value, generator) => value.uniform_(-bound, bound, generator));

    public static void Normal(this ParameterSlot slot, CausalLm model, double deviation, long seed) =>
        Fill(slot, model, seed, (value, generator) => value.normal_(0, deviation, generator));

    /// <summary>A copy of another tensor.</summary>
    public static void Copy(this ParameterSlot slot, CausalLm model, Tensor value) => slot.ComputeIn(model.Dtype).Own(value.detach().to(model.MasterType, model.Device, copy: true));

    private static void Fill(ParameterSlot slot, CausalLm model, long seed, Func<Tensor, Generator, Tensor> fill)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(new KeyedRandom(seed, slot.Name).NextUInt64() >> 1);
        slot.ComputeIn(model.Dtype).Own(fill(empty([.. slot.Shape], ScalarType.Float32), generator).to(model.MasterType, model.Device));
    }
}
