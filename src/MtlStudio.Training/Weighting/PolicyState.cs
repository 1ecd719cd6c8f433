using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Weighting;

/// <summary>Typed views of a policy's JSON state. Doubles are written so that reading gives the same bits.</summary>
internal static class PolicyState
{
    public static T Read<T>(JsonObject? state) where T : new() =>
        state is null ? new T() : state.Deserialize<T>(WireJson.Compact)
            ?? throw new InvalidDataException($"The state of the weighting policy cannot be read as {typeof(T).Name}");

    public static JsonObject Write<T>(T state) => JsonSerializer.SerializeToNode(state, WireJson.Compact)!.AsObject();
}
