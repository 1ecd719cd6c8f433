using System.Text.Json.Nodes;

namespace MtlStudio.Training.Peft;

/// <summary>Fields that PEFT's configs share.</summary>
internal static class PeftJson
{
    public const string TaskType = "CAUSAL_LM";

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Order(StringComparer.Ordinal).Select(text => JsonValue.Create(text))]);

    public static JsonArray? Layers(IReadOnlyList<int>? layers) => layers is null ? null : new([.. layers.Select(layer => JsonValue.Create(layer))]);

    public static JsonNode Modules(ModuleChoice choice) =>
        choice.Pattern is not null ? JsonValue.Create(choice.Pattern) : choice.Everything ? JsonValue.Create(ModuleChoice.AllLinear) : Texts(choice.Modules);
}
