using System.Text.Json.Nodes;
using MtlStudio.Testing;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>Policies that remember, asked through <c>mtl weigh</c> step by step, against reference figures.</summary>
public sealed class WeighSequenceTests
{
    [Theory]
    [InlineData("uw", "weights", "s_after", 20)]
    [InlineData("imtl-l", "weights", "s_after", 12)]
    [InlineData("gradnorm", "weights", "logits_after", 30)]
    public void Weigh_LearnsItsNumbers_WhenComparedWithTheReference(string policy, string weights, string after, int atLeast)
    {
        var misses = new Misses();
        foreach (var (node, result) in Each(policy))
            foreach (var (step, t) in Steps(node))
            {
                misses.Near($"{node["id"]} {t} weights", step[weights].Numbers(), result.Weights(t), 1e-9);
                var state = result["steps"]![t]!["state"]!;
                var tasks = (state["logits"] ?? state["tasks"])!;
                misses.Near($"{node["id"]} {t} state", step[after].Numbers(), [.. Enumerable.Range(0, node["K"].Whole()).Select(k => tasks[$"task{k}"]!["value"].Number())], 1e-9);
            }
        misses.AssertNone(atLeast);
    }

    [Fact]
    public void Dwa_TakesEveryStepForAWindow_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("dwa", step => Weigh.Step(step["window_mean_losses"], null)))
            foreach (var (step, t) in Steps(node)) misses.Near($"{node["id"]} {t}", step["weights_used_in_this_window"].Numbers(), result.Weights(t), 1e-9);
        misses.AssertNone(19);
    }

    [Fact]
    public void GradVac_MovesItsTargets_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("gradvac", step => Weigh.Step(step["losses"], step["J"], new JsonObject { ["orders"] = step["orders"]!.DeepClone() })))
            Compare(misses, node, result, "torchjd");
        foreach (var (node, result) in Each("gradvac", step => Weigh.Step(step["losses"], step["J"], new JsonObject { ["orders"] = step["orders"]!.DeepClone() }), ("eps", 0)))
            Compare(misses, node, result, "eps_free");
        misses.AssertNone(120);

        static void Compare(Misses misses, JsonNode node, JsonObject result, string reference)
        {
            var count = node["K"].Whole();
            foreach (var (step, t) in Steps(node))
            {
                var problem = new Problem("", [.. step["J"]!.AsArray().Select(row => row.Numbers())], step["losses"].Numbers());
                misses.Check($"{node["id"]} {t} {reference} d", problem.Error(result.Weights(t), step[reference]!["d"].Numbers()) <= 1e-9);
                var rho = result["steps"]![t]!["state"]!["rho"]!;
                for (var i = 0; i < count; i++)
                    misses.Near($"{node["id"]} {t} {reference} rho {i}", [.. step[reference]!["rho"]![i].Numbers().Where((_, j) => j != i)],
                        [.. Enumerable.Range(0, count).Where(j => j != i).Select(j => rho[$"task{i}"]![$"task{j}"].Number())], 1e-9);
            }
        }
    }

    [Fact]
    public void NashMtl_KeepsItsBargain_WhenItIsUpdatedEveryNSteps()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("nash-mtl"))
            foreach (var (step, t) in Steps(node)) misses.Near($"{node["id"]} {t}", step["exact"]!["alpha"].Numbers(), result.Weights(t), 1e-9);
        misses.AssertNone(18);
    }

    [Theory]
    [InlineData("libmtl")]
    [InlineData("torchjd")]
    public void ExcessMtl_FollowsTheExcessRisk_WhenComparedWithTheReference(string variant)
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("excess-mtl", null, ("variant", variant)))
            foreach (var (step, t) in Steps(node)) misses.Near($"{node["id"]} {t}", step[variant]!["weights"].Numbers(), result.Weights(t), 1e-9);
        misses.AssertNone(24);
    }

    [Theory]
    [InlineData("db-mtl", "alpha_on_buffer", 12)]
    [InlineData("moco", "lambda", 6)]
    public void Weigh_TracksItsRows_WhenComparedWithTheReference(string policy, string weights, int atLeast)
    {
        var misses = new Misses();
        foreach (var (node, result) in Each(policy))
            foreach (var (step, t) in Steps(node))
            {
                misses.Near($"{node["id"]} {t} weights", step[weights].Numbers(), result.Weights(t), 1e-9);
                misses.Near($"{node["id"]} {t} d", step["d"].Numbers(), result.Direction(t), 1e-9);
            }
        misses.AssertNone(atLeast * 2);
    }

    [Fact]
    public void Stch_TurnsFromLogarithmsToTheSmoothMaximum_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("stch"))
            foreach (var (step, t) in Steps(node)) misses.Near($"{node["id"]} {t}", step["weights"].Numbers(), result.Weights(t), 1e-9);
        misses.AssertNone(23);
    }

    [Fact]
    public void Famo_FollowsTheLossesAfterTheStep_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("famo", step => new JsonObject { ["losses"] = step["losses_before"]!.DeepClone(), ["lossesAfter"] = step["losses_after_step_same_batch"]!.DeepClone() }))
            foreach (var (step, t) in Steps(node))
            {
                misses.Near($"{node["id"]} {t} weights", step["weights"].Numbers(), result.Weights(t), 1e-9);
                var tasks = result["steps"]![t]!["state"]!["tasks"]!;
                misses.Near($"{node["id"]} {t} xi", step["xi_after"].Numbers(), [.. Enumerable.Range(0, node["K"].Whole()).Select(k => tasks[$"task{k}"]!["value"].Number())], 1e-9);
            }
        misses.AssertNone(52);
    }

    [Fact]
    public void Coba_BalancesBySlopes_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var node in Sequences("coba"))
        {
            var history = node["validation_ratio_history_K_by_steps"]!.AsArray().Select(row => row.Numbers()).ToArray();
            // The stored history is of ratios already: a first loss of 1 leaves them as they are.
            var state = new JsonObject { ["tasks"] = new JsonObject(history.Select((_, k) => KeyValuePair.Create($"task{k}", (JsonNode?)new JsonObject { ["first"] = 1 }))) };
            var steps = Enumerable.Range(0, history[0].Length).Select(t => (JsonNode)new JsonObject { ["heldOutLosses"] = Weigh.Numbers(history.Select(row => row[t])) });
            var result = Weigh.Cases("coba", [new JsonObject { ["options"] = node["options"]!.DeepClone(), ["state"] = state, ["steps"] = new JsonArray([.. steps]) }])[0];
            for (var t = 0; t < node["options"]!["warmup"].Whole() - 1; t++) misses.Near($"{node["id"]} {t}", [.. history.Select(_ => 1.0 / history.Length)], result.Weights(t), 0);
            foreach (var (step, _) in Steps(node)) misses.Near($"{node["id"]} {step["step"]}", step["weights"].Numbers(), result.Weights(step["step"].Whole() - 1), 1e-9);
        }
        misses.AssertNone(40);
    }

    [Fact]
    public void AutoLambda_FollowsTheHypergradient_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var (node, result) in Each("auto-lambda", step => new JsonObject { ["jacobian"] = step["J_train"]!.DeepClone(), ["heldOutJacobian"] = step["J_validation_after_lookahead"]!.DeepClone() }))
            foreach (var (step, t) in Steps(node))
            {
                misses.Near($"{node["id"]} {t} weights", step["lambda_before"].Numbers(), result.Weights(t), 1e-9);
                var tasks = result["steps"]![t]!["state"]!["tasks"]!;
                misses.Near($"{node["id"]} {t} lambda", step["lambda_after"].Numbers(), [.. Enumerable.Range(0, 3).Select(k => tasks[$"task{k}"]!["value"].Number())], 1e-9);
            }
        misses.AssertNone(12);
    }

    private static IEnumerable<(JsonNode Node, JsonObject Result)> Each(string policy, Func<JsonNode, JsonObject>? step = null, params (string Name, JsonNode Value)[] more)
    {
        foreach (var node in Sequences(policy))
        {
            var options = node["options"]!.DeepClone().AsObject();
            foreach (var (name, value) in more) options[name] = value.DeepClone();
            var steps = Steps(node).Select(pair => (JsonNode)(step is null ? Weigh.Step(pair.Step["losses"], pair.Step["J"]) : step(pair.Step)));
            var result = Weigh.Cases(policy, [new JsonObject { ["options"] = options, ["steps"] = new JsonArray([.. steps]) }])[0];
            Assert.True(result["error"] is null, $"{node["id"]}: {result["error"]}");
            yield return (node, result);
        }
    }

    private static IEnumerable<JsonNode> Sequences(string policy) =>
        GoldenFile.Read("weighting/policy_sequences.json")["sequences"]!.AsArray().Where(node => node!["policy"].Text() == policy.Replace('-', '_'))!;

    private static IEnumerable<(JsonNode Step, int Number)> Steps(JsonNode node) => node["steps"]!.AsArray().Select((step, t) => (step!, t));
}
