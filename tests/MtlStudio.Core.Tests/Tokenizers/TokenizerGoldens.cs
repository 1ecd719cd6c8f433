using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Tokenizers;

/// <summary>Reads the reference figures of tokenizers: texts by number, digests, offsets in their two forms.</summary>
internal static class TokenizerGoldens
{
    private static readonly Lazy<string[]> Texts = new(() => [.. Read("goldens/tokenizers/strings.json")
        .GetProperty("strings").EnumerateArray().Select(entry => entry.GetProperty("text").GetString()!)]);

    public static JsonElement Read(string relative)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Need(relative)));
        return document.RootElement.Clone();
    }

    /// <summary>The text of a case, given by number or in full.</summary>
    public static string Text(JsonElement item) =>
        item.TryGetProperty("text", out var text) ? text.GetString()! : Texts.Value[item.GetProperty("s").GetInt32()];

    public static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    public static int[]? Integers(JsonElement item, string name) => item.TryGetProperty(name, out var list) ? Integers(list) : null;

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Sha256(IReadOnlyList<int> values)
    {
        var bytes = new byte[values.Count * 4];
        for (var i = 0; i < values.Count; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * 4), values[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>What a case expects of its offsets, compared with start, end, start, end …; a message, or null where they are equal.</summary>
    public static string? CompareOffsets(JsonElement item, IReadOnlyList<int> flat)
    {
        if (item.TryGetProperty("off_sha256", out var digest))
            return digest.GetString() == Sha256(flat) ? null : $"offsets differ (digest of {flat.Count / 2})";
        var expected = Integers(item, "o");
        if (expected is null)
        {
            var bounds = Integers(item, "b")!;
            expected = [.. bounds.Zip(bounds.Skip(1)).SelectMany(pair => new[] { pair.First, pair.Second })];
        }
        return expected.SequenceEqual(flat) ? null : $"offsets [{string.Join(',', flat)}], expected [{string.Join(',', expected)}]";
    }

    /// <summary>Compares ids given in full or as a digest; a message, or null where they are equal.</summary>
    public static string? CompareIds(JsonElement item, IReadOnlyList<int> ids)
    {
        if (item.TryGetProperty("ids", out var list))
        {
            var expected = Integers(list);
            return expected.SequenceEqual(ids) ? null : $"ids [{string.Join(',', ids)}], expected [{string.Join(',', expected)}]";
        }
        return item.GetProperty("sha256").GetString() == Sha256(ids) ? null
            : $"{ids.Count} ids, expected {item.GetProperty("n")}: [{string.Join(',', ids.Take(16))} …], expected {item.GetProperty("head")}";
    }

    /// <summary>Compares a decoded text with <paramref name="name"/> of a case, or with <paramref name="otherwise"/> where that is absent.</summary>
    public static string? CompareText(JsonElement item, string name, string otherwise, string text)
    {
        if (!item.TryGetProperty(name, out var value)) return text == otherwise ? null : $"{name} {Show(text)}, expected {Show(otherwise)}";
        if (value.ValueKind == JsonValueKind.Object)
            return value.GetProperty("sha256").GetString() == Sha256(text) ? null : $"{name} differs (digest)";
        return value.GetString() == text ? null : $"{name} {Show(text)}, expected {Show(value.GetString()!)}";
    }

    public static string Show(string? text) => text is null ? "null" : JsonSerializer.Serialize(text[..Math.Min(text.Length, 200)]);

    /// <summary>Fails with the first differences and how many there are.</summary>
    public static void AssertNone(IReadOnlyCollection<string> differences, int checks)
    {
        Assert.True(checks > 0, "nothing was compared");
        if (differences.Count > 0) Assert.Fail($"{differences.Count} differences in {checks} comparisons:\n" + string.Join('\n', differences.Take(12)));
    }
}
