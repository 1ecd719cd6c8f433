using MtlStudio.Core.Runs;
using static TorchSharp.torch;

namespace MtlStudio.Training.Quantization;

/// <summary>The ways to keep frozen weights in few bits, by the names a spec gives them.</summary>
public static class WeightPacking
{
    public const string None = "none";

    private static readonly Dictionary<string, Func<Tensor, IPackedWeight>> Ways = new(StringComparer.Ordinal)
    {
        ["nf4"] = weight => Nf4Weight.Pack(weight),
        ["nf4-double"] = weight => Nf4Weight.Pack(weight, doubly: true),
        ["int8"] = Int8Weight.Pack,
    };

    public static IReadOnlyList<string> Names { get; } = [None, .. Ways.Keys];

    /// <summary>Null for <see cref="None"/>.</summary>
    /// <exception cref="InvalidInputException">No such way.</exception>
    public static Func<Tensor, IPackedWeight>? Find(string name) =>
        name == None ? null : Ways.TryGetValue(name, out var pack) ? pack : throw new InvalidInputException("model.quantize", $"Quantize must be one of {string.Join(", ", Names)} (you gave \"{name}\")");
}
