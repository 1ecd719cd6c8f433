using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>
/// Specs as they were read from their text, which never changes once a run stands: a page that shows twenty runs beside their baselines
/// would else read hundreds of them, a millisecond each, at every look. Kept by the text's hash, so that nothing can be out of date.
/// </summary>
internal static class ReadSpecs
{
    /// <summary>A spec of forty tasks takes some 40 kB.</summary>
    private const int MostKept = 512;

    private static readonly ConcurrentDictionary<UInt128, ReadSpec> Kept = new();

    public static ReadSpec Of(string json)
    {
        var key = Key(json);
        if (Kept.TryGetValue(key, out var known)) return known;
        var read = new ReadSpec(JsonSerializer.Deserialize<RunSpec>(json, WireJson.Compact) ?? throw new JsonException("The spec is empty"));
        if (Kept.Count >= MostKept) Kept.Clear();
        return Kept[key] = read;
    }

    private static UInt128 Key(string json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(json), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}

/// <summary>A spec, and what is worked out of it once.</summary>
internal sealed class ReadSpec(RunSpec spec)
{
    private readonly Lazy<string> group = new(() => SeedRuns.GroupHash(spec));

    public RunSpec Spec => spec;

    /// <inheritdoc cref="SeedRuns.GroupHash"/>
    public string GroupHash => group.Value;
}
