using System.Text.Json.Nodes;
using MtlStudio.Testing;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>Policies that need one step alone, asked through <c>mtl weigh</c>, against reference figures and exact solutions.</summary>
public sealed class WeighOneStepTests
{
    [Theory]
    [InlineData("equal", "policy_sum")]
    [InlineData("fixed", "policy_fixed")]
    [InlineData("rlw", "policy_rlw")]
    [InlineData("pcgrad", "policy_pcgrad")]
    public void Weigh_GivesTheReferencesCoefficients_WhenThePolicyIsAFormula(string policy, string file)
    {
        var misses = new Misses();
        foreach (var (problem, node, options, result) in Each(policy, file))
        {
            misses.Check(problem.Id + " alpha", node["expected"]!["alpha"].Numbers().Zip(result.Weights()).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-10 * Math.Max(1e-300, Math.Abs(pair.First))), options);
            misses.Check(problem.Id + " d", problem.Error(result.Weights(), node["expected"]!["d"].Numbers()) <= 1e-10);
            misses.Check(problem.Id + " direction", problem.Combine(result.Weights()).Zip(result.Direction()).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-12 * Math.Max(1e-12, Math.Abs(pair.First))));
        }
        misses.AssertNone(75);
    }

    [Fact]
    public void Mgda_ReachesTheExactOptimum_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each("mgda", "policy_mgda"))
        {
            var alpha = result.Weights();
            misses.Check(name + " simplex", alpha.All(value => value >= 0) && Math.Abs(alpha.Sum() - 1) <= 1e-12);
            if (node["expected"] is not JsonObject expected) continue;
            var normalization = node["options"]!["normalization"].Text();
            var scaled = problem with { Rows = [.. problem.Rows.Select((row, k) => row.Select(value => value / Divisor(normalization, row, problem.Losses[k])).ToArray())] };
            var objective = scaled.Combine(alpha).Sum(value => value * value);
            misses.Check(name + " objective", objective <= expected["norm2"].Number() * (1 + 1e-6) + 1e-9 * scaled.Rows.Max(row => row.Sum(value => value * value)));
            if (expected["alpha_unique"]!.GetValue<bool>() && expected["norm2_over_max_diag"].Number() > 1e-8) misses.Near(name + " alpha", expected["alpha"].Numbers(), alpha, 1e-7);
        }
        misses.AssertNone(250);
    }

    [Fact]
    public void CaGrad_ReachesTheExactOptimum_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each("cagrad", "policy_cagrad"))
        {
            var direction = result.Direction();
            misses.Check(name + " finite", direction.All(double.IsFinite));
            if (node["expected"] is not JsonObject expected)
            {
                misses.Check(name + " note", result["steps"]![0]!["note"] is not null);
                continue;
            }
            var (c, g0) = (node["options"]!["c"].Number(), expected["norm_g0"].Number());
            var worst = problem.Rows.Min(row => Dot(row, direction));
            misses.Check(name + " worst task", worst >= expected["primal_objective_min_gi_d"].Number() - 1e-6 * g0 * g0, $"optimum {expected["primal_objective_min_gi_d"].Number():R}, got {worst:R}");
            var mean = problem.Combine([.. problem.Rows.Select(_ => 1.0 / problem.Tasks)]);
            misses.Check(name + " radius", Norm([.. direction.Zip(mean, (a, b) => a - b)]) <= c * g0 * (1 + 1e-9));
        }
        misses.AssertNone(100);
    }

    [Fact]
    public void CaGrad_DividesTheDirection_WhenItIsRescaled()
    {
        var problem = Problem.Of([1, 2, 0.5], [-2, 1, 0.3]);
        var plain = Weigh.Cases("cagrad", [Weigh.Case(problem)])[0].Direction();
        foreach (var (rescale, factor) in new[] { (1, 1.25), (2, 1.5) })
            Assert.All(plain.Zip(Weigh.Cases("cagrad", [Weigh.Case(problem, new JsonObject { ["rescale"] = rescale })])[0].Direction()), pair => Assert.Equal(pair.First / factor, pair.Second, 1e-12));
    }

    [Theory]
    [InlineData("nash-mtl", "policy_nash_mtl", 1.0)]
    [InlineData("fairgrad", "policy_fairgrad", 0.0)]
    public void Bargain_SolvesItsEquation_WhenComparedWithTheExactSolution(string policy, string file, double alpha)
    {
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each(policy, file))
        {
            misses.Check(name + " finite", result.Direction().All(double.IsFinite));
            if (node["expected"] is not JsonObject expected)
            {
                misses.Check(name + " note", result["steps"]![0]!["note"] is not null);
                continue;
            }
            var tolerance = problem.Id.Contains("scales") ? 1e-3 : 1e-6;
            misses.Check(name + " d", problem.Error(result.Weights(), expected["d"].Numbers()) <= tolerance, $"{problem.Error(result.Weights(), expected["d"].Numbers())}");
            if (alpha == 0 || node["options"]!["max_norm"].Number() == 0)
            {
                var power = 1 / (alpha > 0 ? alpha : node["options"]!["alpha"].Number());
                var weights = result.Weights();
                var direction = problem.Combine(weights);
                misses.Check(name + " residual", problem.Rows.Select((row, i) => Math.Abs(Math.Pow(weights[i], power) * Dot(row, direction) - 1)).Max() <= tolerance);
            }
        }
        misses.AssertNone(100);
    }

    [Theory]
    [InlineData("upgrad", "policy_upgrad")]
    [InlineData("dualproj", "policy_dualproj")]
    public void Projection_IsExactAndHarmsNoTask_WhenComparedWithTheReference(string policy, string file)
    {
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each(policy, file))
        {
            var error = problem.Error(result.Weights(), node["expected"]!["d"].Numbers());
            misses.Check(name + " d", error <= 1e-7, $"{error}");
            var direction = result.Direction();
            misses.Check(name + " no conflict", problem.Rows.All(row => Dot(row, direction) >= -1e-9 * Math.Max(1, Norm(row) * problem.Rows.Max(Norm))));
        }
        misses.AssertNone(50);
    }

    [Fact]
    public void ImtlG_HasEqualProjections_WhenComparedWithTheReference()
    {
        var conditions = Conditions();
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each("imtl-g", "policy_imtl_g"))
        {
            misses.Check(name + " finite", result.Direction().All(double.IsFinite));
            misses.Near(name + " sum", 1, Math.Abs(result.Weights().Sum()), 1e-9);
            if (node["expected"] is not JsonObject expected) continue;
            var error = problem.Error(result.Weights(), expected["d"].Numbers());
            misses.Check(name + " d", error <= Math.Max(1e-9, 1e-15 * conditions[problem.Id]), $"{error}");
        }
        misses.AssertNone(60);
    }

    [Fact]
    public void AlignedMtl_GivesTheReferencesDirection_WhenNoRankIsInDoubt()
    {
        var conditions = Conditions();
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each("aligned-mtl", "policy_aligned_mtl"))
        {
            misses.Check(name + " finite", result.Direction().All(double.IsFinite));
            if (node["fragile"]!.GetValue<bool>()) continue;
            var error = problem.Error(result.Weights(), node["references"]![0]!["d"].Numbers());
            misses.Check(name + " d", error <= Math.Max(1e-9, 1e-15 * conditions[problem.Id]), $"{error}");
        }
        misses.AssertNone(100);
    }

    [Fact]
    public void AlignedMtl_GivesTheSum_WhenThePreferenceIsOneEach()
    {
        var misses = new Misses();
        foreach (var (problem, node) in Problem.Cases("policy_aligned_mtl"))
        {
            var item = node["cases"]![0]!;
            if (item["fragile"]!.GetValue<bool>() || item["references"]![1]!["d"] is null) continue;
            var alpha = Weigh.Cases("aligned-mtl", [Weigh.Case(problem, new JsonObject { ["w"] = "1 each" })])[0].Weights();
            misses.Check(problem.Id, problem.Error(alpha, item["references"]![1]!["d"].Numbers()) <= 1e-7);
        }
        misses.AssertNone(10);
    }

    [Fact]
    public void Config_GivesTheReferencesDirection_WhenTheRowsAreIndependent()
    {
        var conditions = Conditions();
        var misses = new Misses();
        foreach (var (problem, node, name, result) in Each("config", "policy_config"))
        {
            misses.Check(name + " finite", result.Direction().All(double.IsFinite));
            if (conditions[problem.Id] > 1e10 || node["references"]![0]!["d"] is null) continue;
            var error = problem.Error(result.Weights(), node["references"]![0]!["d"].Numbers());
            misses.Check(name + " d", error <= Math.Max(1e-9, 1e-15 * conditions[problem.Id]), $"{error}");
        }
        misses.AssertNone(35);
    }

    [Fact]
    public void Losses_AreWeighedByTheirFormulas_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var node in GoldenFile.Read("weighting/policy_loss_only.json")["cases"]!.AsArray())
            foreach (var (policy, key) in new[] { ("gls", "gls"), ("log-loss", "si") })
            {
                var result = Weigh.Cases(policy, [new JsonObject { ["steps"] = new JsonArray(Weigh.Step(node!["losses"], null)) }])[0];
                misses.Check($"{node["id"]} {policy}", node[key]!["weights"].Numbers().Zip(result.Weights()).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-11 * Math.Abs(pair.First)));
                misses.Check($"{node["id"]} {policy} direction", result["steps"]![0]!["direction"] is null);
            }
        misses.AssertNone(16);
    }

    [Fact]
    public void GradDrop_MasksBySign_WhenTheUniformsAreGiven()
    {
        var misses = new Misses();
        foreach (var node in GoldenFile.Read("weighting/policy_graddrop.json")["cases"]!.AsArray())
        {
            if (node!["J"] is null) continue; // the variant on representations, which a language model's step does not have
            var result = Weigh.Cases("graddrop", [new JsonObject
            {
                ["options"] = new JsonObject { ["leak"] = node["leak"]!.DeepClone() },
                ["steps"] = new JsonArray(Weigh.Step(null, node["J"], new JsonObject { ["uniforms"] = node["uniforms"]!.DeepClone() })),
            }])[0];
            misses.Near(node["id"].Text(), node["d"].Numbers(), result.Direction(), 1e-11);
        }
        misses.AssertNone(8);
    }

    /// <summary>Every case of a file with its answer; a problem's cases that differ in options come one by one.</summary>
    private static IEnumerable<(Problem Problem, JsonNode Node, string Name, JsonObject Result)> Each(string policy, string file)
    {
        var cases = Problem.Cases(file).SelectMany(pair => (pair.Node["cases"]?.AsArray() ?? [pair.Node.DeepClone()]).Select(node => (pair.Problem, Node: node!))).ToArray();
        var results = Weigh.Cases(policy, cases.Select(pair => Weigh.Case(pair.Problem, Options(pair.Node["options"]), Draws(pair.Node["options"]))));
        for (var i = 0; i < cases.Length; i++)
        {
            Assert.True(results[i]["error"] is null, $"{cases[i].Problem.Id}: {results[i]["error"]}");
            yield return (cases[i].Problem, cases[i].Node, $"{cases[i].Problem.Id} {cases[i].Node["options"]?.ToJsonString()}", results[i]);
        }
    }

    private static JsonObject Options(JsonNode? options) =>
        new((options?.AsObject() ?? []).Where(pair => pair.Key is not ("orders" or "normals")).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    private static JsonObject? Draws(JsonNode? options) =>
        options?.AsObject().Where(pair => pair.Key is "orders" or "normals").Select(pair => new JsonObject { [pair.Key] = pair.Value!.DeepClone() }).FirstOrDefault();

    private static Dictionary<string, double> Conditions() => GoldenFile.Read("weighting/problems.json")["problems"]!.AsArray().ToDictionary(node => node!["id"].Text(), node => node!["cond_G"].Number());

    private static double Dot(double[] a, double[] b) => a.Zip(b).Sum(pair => pair.First * pair.Second);

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    private static double Divisor(string normalization, double[] row, double loss) => normalization switch { "none" => 1, "l2" => Norm(row), "loss" => loss, _ => loss * Norm(row) };
}
