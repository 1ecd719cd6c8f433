using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Weighting;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

public sealed class RowBlocksTests
{
    // Three whole blocks and a short one.
    private const int Columns = 3 * (1 << 14) + 1_003;
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Theory]
    [InlineData("graddrop")]
    [InlineData("excess-mtl")]
    [InlineData("db-mtl")]
    [InlineData("moco")]
    public void BlockByBlock_GivesWhatAllColumnsAtOnceGive_WhereATaskIsAbsent(string name)
    {
        using var scope = NewDisposeScope();
        var policy = (IRowPolicy)PolicyRegistry.Create(new WeightingSpec { Name = name }, [.. Names.Select(task => new TaskSpec { Name = task })]);
        using var flat = new FlatParameters([new("weight", zeros(Columns), true, _ => { })], CPU);
        using var rows = new PolicyRows(policy, flat, Names.Length);
        int[] present = [0, 2, 3];
        double[] factors = [1, 0.5, 2];
        JsonObject? ours = null, whole = null;
        double[][] kept = policy.KeepsRows ? [.. present.Select(_ => new double[Columns])] : [];
        for (var step = 0; step < 3; step++)
        {
            double[][] jacobian = [.. present.Select((task, k) => Enumerable.Range(0, Columns).Select(p => (double)(float)(Math.Sin((0.37 + 0.1 * task) * p + step) / (1 + k))).ToArray())];
            var input = Input(step, [.. jacobian.Select((row, k) => row.Select(value => value * factors[k]).ToArray())]);
            var blocks = rows.Blocks(stack([.. jacobian.Select(row => tensor(row, ScalarType.Float32))]), present, factors, keep: true);
            var found = policy.Weigh(input, ours, blocks);
            var atOnce = new JacobianBlocks([.. jacobian.Select((row, k) => row.Select(value => value * factors[k]).ToArray())], kept);
            var expected = policy.Weigh(input, whole, atOnce);
            (ours, whole) = (found.State ?? ours, expected.State ?? whole);

            Assert.Equal(expected.Coefficients, found.Coefficients, (x, y) => Math.Abs(x - y) < 1e-5 * (1 + Math.Abs(x)));
            if (rows.Direction is { } direction)
            {
                Near(atOnce.Direction, direction);
                Assert.Equal(atOnce.Direction.Sum(value => value * value), blocks.SquaredNorm, 1e-3 * blocks.SquaredNorm);
            }
            for (var k = 0; k < kept.Length; k++) Near(kept[k], rows.Kept![present[k]]);
        }
        // The absent task's row is as it was.
        if (policy.KeepsRows) Assert.Equal(0, rows.Kept![1].abs().sum().item<float>());
    }

    [Fact]
    public void KeptRows_StayAsTheyAre_WhereTheStepIsNotMade()
    {
        using var scope = NewDisposeScope();
        var policy = (IRowPolicy)PolicyRegistry.Create(new WeightingSpec { Name = "db-mtl" }, [.. Names.Select(task => new TaskSpec { Name = task })]);
        using var flat = new FlatParameters([new("weight", zeros(8), true, _ => { })], CPU);
        using var rows = new PolicyRows(policy, flat, Names.Length);
        double[][] jacobian = [.. Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, 8).Select(p => (double)(k + p)).ToArray())];
        policy.Weigh(Input(0, jacobian), null, rows.Blocks(tensor(jacobian.SelectMany(row => row).Select(value => (float)value).ToArray(), [3, 8]), [0, 2, 3], [1, 1, 1], keep: false));
        Assert.Equal(0, rows.Kept!.abs().sum().item<float>());
    }

    private static WeighInput Input(int step, double[][] jacobian)
    {
        var gram = new double[jacobian.Length, jacobian.Length];
        for (var i = 0; i < jacobian.Length; i++)
            for (var j = 0; j < jacobian.Length; j++) gram[i, j] = jacobian[i].Zip(jacobian[j], (x, y) => x * y).Sum();
        return new() { Tasks = ["a", "c", "d"], Step = step, Seed = 5, Losses = [1.5, 0.5, 2.5], Gram = gram };
    }

    private static void Near(double[] expected, Tensor found) => Assert.Equal(0, (tensor(expected) - found.to(ScalarType.Float64)).abs().max().item<double>(), 1e-4);
}
