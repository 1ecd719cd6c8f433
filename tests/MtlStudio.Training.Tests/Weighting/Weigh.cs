using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Tests.Trainer;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>Asks <c>mtl weigh</c>, as a researcher would.</summary>
internal static class Weigh
{
    /// <summary>The results of independent cases, in their order.</summary>
    public static JsonObject[] Cases(string policy, IEnumerable<JsonObject> cases)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, new JsonObject { ["cases"] = new JsonArray([.. cases]) }.ToJsonString());
            var (code, output, errors) = TinyProject.Mtl("weigh", "--policy", policy, "--input", file);
            Assert.True(code == 0, errors);
            return [.. JsonNode.Parse(output)!["cases"]!.AsArray().Select(item => item!.AsObject())];
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A case of one step.</summary>
    public static JsonObject Case(Problem problem, JsonNode? options = null, JsonNode? draws = null) => new()
    {
        ["options"] = options?.DeepClone() ?? new JsonObject(),
        ["steps"] = new JsonArray(Step(Numbers(problem.Losses), Rows(problem.Rows), draws)),
    };

    public static JsonObject Step(JsonNode? losses, JsonNode? jacobian, JsonNode? draws = null)
    {
        var step = new JsonObject();
        if (losses is not null) step["losses"] = losses.DeepClone();
        if (jacobian is not null) step["jacobian"] = jacobian.DeepClone();
        if (draws is not null) step["draws"] = draws.DeepClone();
        return step;
    }

    public static JsonArray Rows(double[][] rows) => [.. rows.Select(row => (JsonNode)Numbers(row))];

    public static JsonArray Numbers(IEnumerable<double> numbers) => [.. numbers.Select(number => JsonSerializer.SerializeToNode(number, WireJson.Compact))];

    public static double[] Weights(this JsonObject result, int step = 0) => result["steps"] is { } steps ? steps[step]!["weights"].Numbers() : throw new InvalidOperationException(result.ToJsonString());

    public static double[] Direction(this JsonObject result, int step = 0) => result["steps"] is { } steps ? steps[step]!["direction"].Numbers() : throw new InvalidOperationException(result.ToJsonString());
}
