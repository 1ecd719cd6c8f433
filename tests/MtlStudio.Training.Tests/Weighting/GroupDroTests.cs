using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;

namespace MtlStudio.Training.Tests.Weighting;

public sealed class GroupDroTests
{
    private static readonly string[] Tasks = ["a", "b", "c"];

    [Fact]
    public void Weigh_FollowsTheHandComputedTrajectory_OfDoReMi()
    {
        // η = ln 2 doubles a weight for each nat of excess; c = 0.3 gives each of three tasks 0.1.
        var policy = new GroupDroPolicy(Math.Log(2), 0.3, Tasks);
        // Step 1: (1, 1, 1)/3 times (2, 1, 4) = (2, 1, 4)/7; 0.7 of it and 0.1 each.
        var first = policy.Weigh(Input(1, 0, 2), null);
        Assert.Equal([0.3, 0.2, 0.5], first.Coefficients, Near);
        var state = policy.Advance(Input(1, 0, 2), null);
        // Step 2: (0.3, 0.2, 0.5) times (1, 4, 1) = (0.3, 0.8, 0.5)/1.6; 0.7 of it and 0.1 each.
        double[] second = [0.7 * 0.3 / 1.6 + 0.1, 0.7 * 0.8 / 1.6 + 0.1, 0.7 * 0.5 / 1.6 + 0.1];
        Assert.Equal(second, policy.Weigh(Input(0, 2, 0), state).Coefficients, Near);
        state = policy.Advance(Input(0, 2, 0), state);
        var found = GroupDroPolicy.Shares(state)!;
        Assert.Equal(2, found.Steps);
        Assert.Equal([(0.3 + second[0]) / 2, (0.2 + second[1]) / 2, (0.5 + second[2]) / 2], Tasks.Select(task => found.Shares[task]), Near);
        Assert.Equal(1, found.Shares.Values.Sum(), 1e-12);
    }

    [Fact]
    public void Weigh_TakesTheLosses_WithoutAReference()
    {
        var policy = new GroupDroPolicy(0.5, 0, Tasks);
        var weights = new[] { 1.0, 3, 2 }.Select(loss => Math.Exp(0.5 * loss)).ToArray();
        Assert.Equal(weights.Select(weight => weight / weights.Sum()), policy.Weigh(Input(1, 3, 2) with { Excess = null, Losses = [1, 3, 2] }, null).Coefficients, Near);
    }

    [Fact]
    public void Advance_LeavesAbsentAndBrokenTasksTheirWeight_AndTheOthersShareTheRest()
    {
        var policy = new GroupDroPolicy(1, 0.1, Tasks);
        var state = policy.Advance(Input(1, 0, 2), null);
        var before = policy.Weigh(Input(0, 0, 0), state).Coefficients;
        var part = new WeighInput { Tasks = ["a", "c"], Step = 1, Seed = 1, Losses = [1, 1], Excess = [3, 0] };
        var weights = Weights(policy.Advance(part, state));
        Assert.Equal(Weights(state)["b"], weights["b"]);
        Assert.Equal(1, weights.Values.Sum(), 1e-12);
        Assert.True(weights["a"] > Weights(state)["a"]);
        var broken = policy.Weigh(Input(double.NaN, 0, 0), state).Coefficients;
        Assert.Equal(Weights(state)["a"], broken[0]);
        Assert.All(broken.Concat(before), weight => Assert.True(double.IsFinite(weight)));
        Assert.Equal(Weights(state), Weights(policy.Advance(part with { Losses = [double.NaN, double.NaN] }, state)));
    }

    [Fact]
    public void Weigh_StaysOnTheSimplex_WhenTheExcessIsHuge()
    {
        var policy = new GroupDroPolicy(1, 1e-4, Tasks);
        var state = policy.Advance(Input(1e6, 0, 0), null);
        state = policy.Advance(Input(0, 1e6, 0), state);
        Assert.Equal(1, Weights(state)["b"], 1e-3);
        Assert.Equal(1, Weights(state).Values.Sum(), 1e-12);
        Assert.Null(GroupDroPolicy.Shares(null));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static WeighInput Input(params double[] excess) => new() { Tasks = Tasks, Step = 0, Seed = 1, Losses = [5, 5, 5], Excess = excess };

    private static Dictionary<string, double> Weights(JsonObject? state) => state!["weights"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<double>());
}
