using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>Policies against the reference figures of torchjd, LibMTL and exact solutions.</summary>
public sealed class PolicyGoldenTests
{
    [Fact]
    public void Equal_GivesTheSum_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node) in Cases("policy_sum"))
        {
            var alpha = new EqualPolicy().Weigh(problem.Input(), null).Coefficients;
            misses.Near(problem.Id + " alpha", node["expected"]!["alpha"].Numbers(), alpha, 1e-10);
            misses.Check(problem.Id + " d", problem.Error(alpha, node["expected"]!["d"].Numbers()) <= 1e-10);
        }
        misses.AssertNone(50);
    }

    [Fact]
    public void Fixed_ScalesToSumK_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node) in Cases("policy_fixed"))
        {
            var weights = node["options"]!["weights"].Numbers();
            var tasks = weights.Select((weight, k) => new TaskSpec { Name = Problem.Name(k), LossWeight = weight }).ToArray();
            var alpha = new FixedPolicy(tasks).Weigh(problem.Input(), null).Coefficients;
            misses.Near(problem.Id + " alpha", node["expected"]!["alpha"].Numbers(), alpha, 1e-10);
            misses.Near(problem.Id + " total", node["expected"]!["total"].Number(), alpha.Zip(problem.Losses).Sum(pair => pair.First * pair.Second), 1e-10);
            misses.Check(problem.Id + " d", problem.Error(alpha, node["expected"]!["d"].Numbers()) <= 1e-10);
        }
        misses.AssertNone(75);
    }

    [Fact]
    public void PcGrad_ProjectsInTheGivenOrder_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node) in Cases("policy_pcgrad"))
        {
            var alpha = PcGradPolicy.Combine(problem.Gram(), Problem.Orders(node["options"]!["orders"]!));
            var expected = node["expected"]!["alpha"].Numbers();
            misses.Check(problem.Id + " alpha", expected.Zip(alpha).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-10 * Math.Abs(pair.First)),
                $"expected [{string.Join(", ", expected)}], got [{string.Join(", ", alpha)}]");
            misses.Check(problem.Id + " d", problem.Error(alpha, node["expected"]!["d"].Numbers()) <= 1e-10);
        }
        misses.AssertNone(50);
    }

    [Fact]
    public void Mgda_ReachesTheExactOptimum_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node) in Cases("policy_mgda"))
            foreach (var item in node["cases"]!.AsArray())
            {
                var normalization = item!["options"]!["normalization"].Text();
                var name = $"{problem.Id} {normalization}";
                var options = new Dictionary<string, JsonElement> { ["normalization"] = JsonSerializer.SerializeToElement(normalization) };
                var alpha = MgdaPolicy.Create(options).Weigh(problem.Input(), null).Coefficients;
                misses.Check(name + " simplex", alpha.All(value => value >= 0) && Math.Abs(alpha.Sum() - 1) <= 1e-12, string.Join(", ", alpha));
                if (item["expected"] is not JsonObject expected) continue;

                var divisors = problem.Rows.Select((row, k) => Divisor(normalization, row, problem.Losses[k])).ToArray();
                var scaled = problem with { Rows = [.. problem.Rows.Select((row, k) => row.Select(value => value / divisors[k]).ToArray())] };
                var objective = scaled.Combine(alpha).Sum(value => value * value);
                var largest = scaled.Rows.Max(row => row.Sum(value => value * value));
                misses.Check(name + " objective", objective <= expected["norm2"].Number() * (1 + 1e-6) + 1e-9 * largest,
                    $"optimum {expected["norm2"].Number():R}, got {objective:R}");
                if (expected["alpha_unique"]!.GetValue<bool>() && expected["norm2_over_max_diag"].Number() > 1e-8)
                {
                    misses.Near(name + " alpha", expected["alpha"].Numbers(), alpha, 1e-7);
                    misses.Check(name + " d", problem.Error(alpha, expected["d_original"].Numbers()) <= 1e-7);
                }
            }
        misses.AssertNone(250);
    }

    [Fact]
    public void Uncertainty_LearnsS_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var node in Sequences("uw"))
        {
            var policy = UncertaintyPolicy.Create(Options(node));
            var count = node["K"].Whole();
            JsonObject? state = null;
            foreach (var (step, t) in node["steps"]!.AsArray().Select((step, t) => (step!, t)))
            {
                var input = Step(count, t) with { Losses = step["losses"].Numbers() };
                var weights = policy.Weigh(input, state).Coefficients;
                state = RoundTrip(policy.Advance(input, state));
                misses.Near($"{node["id"]} {t} weights", step["weights"].Numbers(), weights, 1e-9);
                misses.Near($"{node["id"]} {t} s", step["s_after"].Numbers(),
                    [.. Enumerable.Range(0, count).Select(k => state!["tasks"]![Problem.Name(k)]!["s"].Number())], 1e-9);
            }
        }
        misses.AssertNone(30);
    }

    [Fact]
    public void Dwa_WeighsByWindowMeans_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var node in Sequences("dwa"))
        {
            var count = node["K"].Whole();
            var policy = new DwaPolicy([.. Enumerable.Range(0, count).Select(Problem.Name)], new(node["options"]!["T"].Number(), 2));
            JsonObject? state = null;
            foreach (var (step, t) in node["steps"]!.AsArray().Select((step, t) => (step!, t)))
                for (var half = 0; half < 2; half++)
                {
                    // Two steps a window, whose losses lie around the window's mean.
                    var input = Step(count, 2 * t + half) with { Losses = [.. step["window_mean_losses"].Numbers().Select(loss => loss * (half == 0 ? 0.75 : 1.25))] };
                    misses.Near($"{node["id"]} window {t}", step["weights_used_in_this_window"].Numbers(), policy.Weigh(input, state).Coefficients, 1e-9);
                    state = RoundTrip(policy.Advance(input, state));
                }
        }
        misses.AssertNone(30);
    }

    private static IEnumerable<(Problem Problem, JsonNode Node)> Cases(string file)
    {
        var problems = Problem.All();
        return GoldenFile.Read($"weighting/{file}.json")["cases"]!.AsArray().Select(node => (problems[node!["problem"].Text()], node));
    }

    private static IEnumerable<JsonNode> Sequences(string policy) =>
        GoldenFile.Read("weighting/policy_sequences.json").Single(entry => entry.Value is JsonArray).Value!.AsArray()
            .Where(node => node!["policy"].Text() == policy)!;

    private static Dictionary<string, JsonElement> Options(JsonNode node) =>
        node["options"]!.AsObject().ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value));

    private static WeighInput Step(int tasks, int step) => new() { Tasks = [.. Enumerable.Range(0, tasks).Select(Problem.Name)], Step = step, Seed = 1 };

    /// <summary>Through text, as a checkpoint does.</summary>
    private static JsonObject? RoundTrip(JsonObject? state) => state is null ? null : JsonNode.Parse(state.ToJsonString(WireJson.Compact))!.AsObject();

    private static double Divisor(string normalization, double[] row, double loss)
    {
        var norm = Math.Sqrt(row.Sum(value => value * value));
        return normalization switch { "none" => 1, "l2" => norm, "loss" => loss, _ => loss * norm };
    }
}
