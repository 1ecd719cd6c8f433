using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>The element types a safetensors header may name, their size in bits, and torch's type where it has one.</summary>
public static class TensorType
{
    private static readonly Dictionary<string, (int Bits, ScalarType? Torch)> Known = new(StringComparer.Ordinal)
    {
        ["BOOL"] = (8, ScalarType.Bool), ["U8"] = (8, ScalarType.Byte), ["I8"] = (8, ScalarType.Int8),
        ["I16"] = (16, ScalarType.Int16), ["U16"] = (16, null), ["F16"] = (16, ScalarType.Float16), ["BF16"] = (16, ScalarType.BFloat16),
        ["I32"] = (32, ScalarType.Int32), ["U32"] = (32, null), ["F32"] = (32, ScalarType.Float32),
        ["I64"] = (64, ScalarType.Int64), ["U64"] = (64, null), ["F64"] = (64, ScalarType.Float64), ["C64"] = (64, null),
        ["F8_E5M2"] = (8, null), ["F8_E4M3"] = (8, null), ["F8_E8M0"] = (8, null),
        ["F6_E2M3"] = (6, null), ["F6_E3M2"] = (6, null), ["F4"] = (4, null),
    };

    public static IEnumerable<string> Names => Known.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>Bits of one element.</summary>
    public static int Bits(string name) => Known[name].Bits;

    /// <summary>Torch's type of that name, or null where torch (or this program) has none.</summary>
    public static ScalarType? Torch(string name) => Known[name].Torch;

    /// <summary>True for what a weight may be: F16, BF16, F32 or F64.</summary>
    public static bool IsFloat(string name) => name is "F16" or "BF16" or "F32" or "F64";

    /// <summary>The header's name of a torch type.</summary>
    /// <exception cref="ArgumentException">A type that safetensors does not have.</exception>
    public static string Name(ScalarType type)
    {
        foreach (var (name, entry) in Known) if (entry.Torch == type) return name;
        throw new ArgumentException($"safetensors has no element type for {type}", nameof(type));
    }
}
