using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Small lists that lie in a column.</summary>
internal static class ReviewJson
{
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, WireJson.Compact) ?? throw new JsonException("A column of a review is null");

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, WireJson.Compact);
}
