namespace MtlStudio.Training.Models.Families;

/// <summary>The families this program knows; a new one is a file beside this and a line here.</summary>
public static class DecoderFamilies
{
    private static readonly IDecoderFamily[] All = [new LlamaFamily(), new Qwen2Family(), new Gpt2Family()];

    public static IReadOnlyList<string> ModelTypes { get; } = [.. All.Select(f => f.ModelType)];

    public static IDecoderFamily? Find(string modelType) => Array.Find(All, f => f.ModelType == modelType);

    /// <summary>The family that config.json names by <c>model_type</c>, or else by <c>architectures</c>; null, with a fault, where it is unknown.</summary>
    internal static IDecoderFamily? Find(ConfigReader config)
    {
        var type = config.String("model_type", "");
        var architectures = config.Strings("architectures");
        var family = type.Length > 0 ? Find(type) : Array.Find(All, f => architectures.Contains(f.Architecture));
        if (family is not null) return family;
        var given = type.Length > 0 ? $"\"{type}\" is not supported" : architectures.Count > 0 ? $"it is missing, and architectures names {string.Join(", ", architectures)}" : "it is missing, and so is architectures";
        config.Fault("model_type", $"{given}: supported are {string.Join(", ", ModelTypes)}");
        return null;
    }
}
