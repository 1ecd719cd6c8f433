using System.Text;
using System.Text.Json.Nodes;
using MtlStudio.Core;

namespace MtlStudio.Web.Tests.Api.Fuzz;

/// <summary>Damages a JSON text as a hand, a program or a wire might: one draw, one or a few wounds.</summary>
internal static class JsonMutation
{
    private static readonly string[] Junk =
    [
        "null", "true", "0", "-1", "1e308", "-1e-308", "9223372036854775808", "0.5", "\"\"", "\" \"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"sha256:00\"",
        "\"' or 1=1 --\"", "\"<script>\"", "\"\\ud83d\\ude00\"", "[]", "[null]", "[[[[[[[[]]]]]]]]", "{}", "{\"\":null}", "{\"name\":{\"name\":{}}}", "\"NaN\"", "1.5", "\"equal\"",
    ];

    public static byte[] Of(JsonNode valid, ref KeyedRandom random)
    {
        var tree = valid.DeepClone();
        for (var wounds = 1 + random.NextInt(3); wounds > 0; wounds--) Wound(tree, ref random);
        var text = Encoding.UTF8.GetBytes(tree.ToJsonString());
        return random.NextInt(4) == 0 ? Broken(text, ref random) : text;
    }

    /// <summary>Changes, removes or doubles one value anywhere in the tree.</summary>
    private static void Wound(JsonNode tree, ref KeyedRandom random)
    {
        var places = new List<(JsonNode Parent, object Key)>();
        Collect(tree, places);
        if (places.Count == 0) return;
        var (parent, key) = places[random.NextInt(places.Count)];
        var junk = JsonNode.Parse(Junk[random.NextInt(Junk.Length)]);
        if (random.NextInt(12) == 0) junk = new string('x', 1 << (4 + random.NextInt(11)));
        switch (parent, key, random.NextInt(5))
        {
            case (JsonObject fields, string name, 0):
                fields.Remove(name);
                break;
            case (JsonObject fields, string name, 1):
                fields[name + "x"] = junk;
                break;
            case (JsonArray items, int, 0 or 1):
                items.Add(junk);
                break;
            case (JsonObject fields, string name, _):
                fields[name] = junk;
                break;
            case (JsonArray items, int index, _):
                items[index] = junk;
                break;
        }
    }

    private static void Collect(JsonNode? node, List<(JsonNode, object)> places)
    {
        if (node is JsonObject fields)
            foreach (var (name, value) in fields)
            {
                places.Add((fields, name));
                Collect(value, places);
            }
        if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
            {
                places.Add((items, i));
                Collect(items[i], places);
            }
    }

    /// <summary>No JSON any more, or not UTF-8.</summary>
    private static byte[] Broken(byte[] text, ref KeyedRandom random)
    {
        if (text.Length == 0) return text;
        var at = random.NextInt(text.Length);
        switch (random.NextInt(3))
        {
            case 0:
                return text[..at];
            case 1:
                text[at] = (byte)random.NextInt(256);
                return text;
            default:
                return [.. text, .. text[at..]];
        }
    }
}
