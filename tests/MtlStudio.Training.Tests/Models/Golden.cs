using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

/// <summary>A folder of reference figures: its golden.json, and the tensors that the JSON names as "file:key".</summary>
internal sealed class Golden(string folder, JsonElement root)
{
    public string Folder { get; } = folder;
    public JsonElement Root { get; } = root;

    public static Golden Hf(string name) => Open(SharedFolder.Need($"goldens/hf/{name}"), "golden.json");

    public static Golden Open(string folder, string file) => new(folder, JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file))).RootElement.Clone());

    public JsonElement this[string name] => Root.GetProperty(name);

    /// <summary>A tensor named "golden.safetensors:key", or given in place as nested lists, in double precision.</summary>
    public Tensor Tensor(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return tensor(value.Flat()).view(value.Shape());
        var parts = value.GetString()!.Split(':', 2);
        using var file = SafetensorsFile.Open(Path.Combine(Folder, parts[0]));
        using var found = file.Tensor(parts[1]);
        return found.to(ScalarType.Float64, copy: true);
    }
}

internal static class JsonNumbers
{
    public static double[] Flat(this JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().SelectMany(Flat)]
        : [value.GetDouble()];

    public static long[] Longs(this JsonElement value) => [.. value.Flat().Select(d => (long)d)];

    public static int[] Ints(this JsonElement value) => [.. value.Flat().Select(d => (int)d)];

    public static long[] Shape(this JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        ? [value.GetArrayLength(), .. value[0].Shape()]
        : value.ValueKind == JsonValueKind.Array ? [0] : [];

    public static Tensor Ids(this JsonElement value) => tensor(value.Longs()).view(value.Shape());

    /// <summary>Fails where any element differs by more than <paramref name="absolute"/> + <paramref name="relative"/>·|expected|.</summary>
    public static void AssertClose(this Tensor actual, Tensor expected, double absolute, double relative = 0)
    {
        using var scope = NewDisposeScope();
        var wide = actual.detach().to(ScalarType.Float64).cpu();
        Assert.Equal(expected.shape, wide.shape);
        var excess = wide.sub(expected).abs().sub(expected.abs().mul(Scalars.Of(relative))).max().item<double>();
        Assert.True(excess <= absolute, $"differs by {excess:g3} more than {relative:g3} relative; {absolute:g3} are allowed");
    }
}
