using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>Torch's types by the names a safetensors header gives them.</summary>
public static class TensorType
{
    private static readonly Dictionary<string, ScalarType> Known = new(StringComparer.Ordinal)
    {
        ["BOOL"] = ScalarType.Bool, ["U8"] = ScalarType.Byte, ["I8"] = ScalarType.Int8, ["I16"] = ScalarType.Int16, ["I32"] = ScalarType.Int32, ["I64"] = ScalarType.Int64,
        ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16, ["F32"] = ScalarType.Float32, ["F64"] = ScalarType.Float64,
    };

    /// <summary>Torch's type of that name, or null where torch (or this program) has none.</summary>
    public static ScalarType? Torch(string name) => Known.TryGetValue(name, out var type) ? type : null;

    /// <summary>True for what a weight may be: F16, BF16, F32 or F64.</summary>
    public static bool IsFloat(string name) => name is "F16" or "BF16" or "F32" or "F64";

    /// <summary>The header's name of a torch type.</summary>
    /// <exception cref="ArgumentException">A type that safetensors does not have.</exception>
    public static string Name(ScalarType type)
    {
        foreach (var (name, known) in Known) if (known == type) return name;
        throw new ArgumentException($"safetensors has no element type for {type}", nameof(type));
    }
}
