using MtlStudio.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Start values of a model made anew.</summary>
internal static class ParameterStarter
{
    /// <summary>Draws on the CPU in float32, so that a device or type changes nothing but rounding; each slot by seed and name.</summary>
    public static void Fill(IEnumerable<ParameterSlot> slots, double deviation, long seed, LoadOptions options)
    {
        using var frozen = no_grad();
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(new KeyedRandom(seed, slot.Name).NextUInt64() >> 1);
            var value = empty([.. slot.Shape], ScalarType.Float32);
            slot.Own((slot.Start switch
            {
                ParameterStart.Ones => value.fill_(Scalars.One),
                ParameterStart.Zeros => value.zero_(),
                _ => value.normal_(0, deviation, generator),
            }).to(options.Masters ? ScalarType.Float32 : options.Dtype, options.Device));
        }
    }
}
