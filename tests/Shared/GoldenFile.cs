using System.Globalization;
using System.Text.Json.Nodes;

namespace MtlStudio.Testing;

/// <summary>Reads reference figures, in which "nan", "inf" and "-inf" stand for such numbers, and collects every figure that is missed.</summary>
internal static class GoldenFile
{
    /// <summary>The root of <c>shared/goldens/<paramref name="name"/></c>; skips the test where that is absent.</summary>
    public static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(SharedFolder.Need("goldens/" + name)))!.AsObject();

    public static double Number(this JsonNode? node) => node!.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? node.GetValue<string>() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var other => double.Parse(other, CultureInfo.InvariantCulture),
        }
        : node.GetValue<double>();

    public static double[] Numbers(this JsonNode? node) => [.. node!.AsArray().Select(Number)];

    public static string Text(this JsonNode? node) => node!.GetValue<string>();

    public static string[] Texts(this JsonNode? node) => [.. node!.AsArray().Select(Text)];

    public static int Whole(this JsonNode? node) => (int)Number(node);

    /// <summary>True where both are NaN, or equal within <paramref name="tolerance"/> · max(1, |expected|).</summary>
    public static bool Near(double expected, double actual, double tolerance) =>
        double.IsNaN(expected) ? double.IsNaN(actual)
        : expected.Equals(actual) || Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected));
}

/// <summary>Gathers what is missed over many cases, so that one test names them all.</summary>
internal sealed class Misses
{
    private readonly List<string> lines = [];
    private int cases;

    public void Check(string name, bool holds, string detail = "")
    {
        cases++;
        if (!holds) lines.Add(detail.Length > 0 ? $"{name}: {detail}" : name);
    }

    public void Near(string name, double expected, double actual, double tolerance) =>
        Check(name, GoldenFile.Near(expected, actual, tolerance), $"expected {expected:R}, got {actual:R}");

    public void Near(string name, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance) =>
        Check(name, expected.Count == actual.Count && expected.Zip(actual).All(pair => GoldenFile.Near(pair.First, pair.Second, tolerance)),
            $"expected [{string.Join(", ", expected.Take(12))}], got [{string.Join(", ", actual.Take(12))}]");

    /// <summary>Fails with every miss; fails too where fewer than <paramref name="atLeast"/> figures were compared.</summary>
    public void AssertNone(int atLeast)
    {
        Assert.True(lines.Count == 0, $"{lines.Count} of {cases} missed:\n{string.Join("\n", lines.Take(40))}");
        Assert.True(cases >= atLeast, $"only {cases} figures were compared");
    }
}
