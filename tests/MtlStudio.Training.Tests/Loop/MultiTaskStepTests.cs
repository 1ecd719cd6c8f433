using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Gradients;
using MtlStudio.Training.Weighting.Losses;
using TorchSharp;

namespace MtlStudio.Training.Tests.Loop;

public sealed class MultiTaskStepTests
{
    private static readonly string[] Tasks = ["a", "b", "c"];

    public static TheoryData<LossMode> Modes => [LossMode.Token, LossMode.Sample, LossMode.TaskToken, LossMode.TaskSample];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Take_GivesTheSameValues_HoweverTheExamplesAreSplit(LossMode mode)
    {
        var whole = Train(new EqualPolicy(), mode, step => [Batch(0, 0, step, 6), Batch(1, 1, step, 4), Batch(2, 2, step, 2)]);
        var split = Train(new EqualPolicy(), mode, step =>
            [Batch(2, 0, step, 1), Batch(0, 1, step, 5), Batch(1, 2, step, 2), Batch(0, 3, step, 1, 5), Batch(2, 4, step, 1, 1), Batch(1, 5, step, 2, 2)]);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], split[i], 1e-6f);
    }

    [Fact]
    public void Take_GivesTheSameValues_WhenGradientsShareOneRow()
    {
        static MicroBatch[] Draw(int step) => [Batch(0, 0, step, 6), Batch(1, 1, step, 4), Batch(2, 2, step, 2)];
        var policy = new UncertaintyPolicy(-0.5, new(false, 0.1));
        var rows = Train(policy, LossMode.TaskToken, Draw);
        var together = Train(policy, LossMode.TaskToken, Draw, slots: 1);
        for (var i = 0; i < rows.Length; i++) Assert.Equal(rows[i], together[i], 1e-5f);
    }

    [Fact]
    public void Take_LeavesAbsentTasksOut_WhenAStepLacksThem()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        var result = Make(model, new EqualPolicy(), LossMode.TaskToken, 3).Take(0, [Batch(2, 0, 0, 2), Batch(0, 1, 0, 2)], 0.1);
        Assert.Equal([0, 2], result.Present);
        Assert.Equal(2, result.Gram!.GetLength(0));
        Assert.Equal(2, result.Losses.Count);
    }

    [Fact]
    public void Take_ClipsTheDirection_ToTheNormGiven()
    {
        // Plain sums need no clipping below this norm: one step with and one without must differ, and the norm reported be the unclipped one.
        using var scope = torch.NewDisposeScope();
        using var free = new ToyModel();
        using var held = new ToyModel();
        MicroBatch[] batches = [Batch(0, 0, 0, 6), Batch(1, 1, 0, 4)];
        var unclipped = Make(free, new EqualPolicy(), LossMode.TaskToken, 3, clip: 0).Take(0, batches, 0.1);
        var clipped = Make(held, new EqualPolicy(), LossMode.TaskToken, 3, clip: 1e-9).Take(0, batches, 0.1);
        Assert.Equal(unclipped.GradientNorm, clipped.GradientNorm);
        Assert.True(unclipped.GradientNorm > 0.1);
        // AdamW's epsilon rules where gradients are as small as the clip.
        Assert.True(held.Values().Zip(new ToyModel().Values(), (a, b) => Math.Abs(a - b)).Max() < 0.05);
        Assert.True(free.Values().Zip(new ToyModel().Values(), (a, b) => Math.Abs(a - b)).Max() > 0.09);
    }

    [Fact]
    public void Take_NormIsThatOfTheCombinedGradient_WhenThePolicyIsPcGrad()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        var result = Make(model, new PcGradPolicy(), LossMode.TaskToken, 3, clip: 0).Take(0, [Batch(0, 0, 0, 6), Batch(1, 1, 0, 4), Batch(2, 2, 0, 5)], 0.1);
        var squared = 0.0;
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                squared += result.Coefficients[i] * result.Coefficients[j] * result.Gram![i, j];
        Assert.Equal(Math.Sqrt(squared), result.GradientNorm, 1e-12);
    }

    [Theory]
    [InlineData(NonFiniteRule.Stop, false)]
    [InlineData(NonFiniteRule.Skip, false)]
    [InlineData(NonFiniteRule.Continue, true)]
    [InlineData(NonFiniteRule.Clip, true)]
    public void Take_NamesTheTask_WhenItsLossIsNotFinite(NonFiniteRule rule, bool steps)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        var before = model.Values();
        var step = Make(model, new EqualPolicy(), LossMode.TaskToken, 3, rule, (s, b, t) => b.Task == 1 ? model.Each(b, t).mul(Scalars.Of(double.NaN)) : model.Each(b, t));
        var result = step.Take(0, [Batch(0, 0, 0, 6), Batch(1, 1, 0, 4)], 0.1);
        Assert.Equal([1], result.NonFinite);
        Assert.Equal(steps, result.Stepped);
        Assert.All(model.Values(), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(steps, !before.SequenceEqual(model.Values()));
    }

    [Fact]
    public void Take_KeepsTheFinitePartOfAGradient_WhenTheRuleIsClip()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        var before = model.Values();
        // The root's slope at 0 is infinite, so that the table's gradient is NaN; the loss and the bias's gradient are finite.
        var step = Make(model, new EqualPolicy(), LossMode.TaskToken, 3, NonFiniteRule.Clip, (s, b, t) => b.Task == 1 ? model.Each(b, t).add(model.Parameters.Leaves.First().Leaf.mul(Scalars.Of(0)).sum().abs().sqrt(), Scalars.One) : model.Each(b, t));
        var result = step.Take(0, [Batch(1, 1, 0, 4)], 0.1);
        Assert.Equal([1], result.NonFinite);
        Assert.True(result.Stepped);
        Assert.All(model.Values(), value => Assert.True(float.IsFinite(value)));
        Assert.NotEqual(before, model.Values());
    }

    [Fact]
    public void Take_ClipsElementsAndTasks_WhenAsked()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        float[] Direction(double clipValue, double clipTask)
        {
            float[] seen = [];
            var step = new MultiTaskStep(Tasks, model.Losses, model.Parameters, new GradientRows(model.Parameters, 3), new EqualPolicy(), new Sgd(model.Parameters),
                new() { Seed = 3, LossMode = LossMode.TaskToken, ClipValue = clipValue, ClipTaskNorm = clipTask })
            { Shaped = direction => seen = direction.data<float>().ToArray() };
            var result = step.Take(0, [Batch(0, 0, 0, 6), Batch(1, 1, 0, 4)], 0);
            Assert.True(Math.Sqrt(result.Gram![0, 0]) > 0.2); // what is recorded is not clipped
            return seen;
        }
        var free = Direction(0, 0);
        Assert.Equal([.. free.Select(value => Math.Clamp(value, -0.05f, 0.05f))], Direction(0.05, 0));
        Assert.True(free.Max() > 0.06);
        // Both gradients have norm 0.1 then: their sum's is at most twice that.
        Assert.InRange(Math.Sqrt(Direction(0, 0.1).Sum(value => value * value)), 0.02, 0.2);
    }

    [Fact]
    public void Take_TellsHowAlikeTheHalvesOfATaskAre_AndChangesNothingByIt()
    {
        using var scope = torch.NewDisposeScope();
        float[] after = [];
        StepResult Take(int every, params MicroBatch[] batches)
        {
            using var model = new ToyModel();
            var step = new MultiTaskStep(Tasks, model.Losses, model.Parameters, new GradientRows(model.Parameters, 3), new EqualPolicy(), new AdamW(model.Parameters, new()),
                new() { Seed = 3, LossMode = LossMode.TaskToken, HalvesEvery = every });
            var result = step.Take(0, batches, 0.1);
            after = model.Values();
            return result;
        }
        // The same two micro-batches as two tasks have the cosine that they have as halves of one.
        var (first, second) = (Batch(0, 0, 0, 6), Batch(1, 1, 0, 4));
        var apart = Take(0, first, second);
        Assert.Null(apart.SelfCosines);
        var expected = apart.Gram![0, 1] / Math.Sqrt(apart.Gram[0, 0] * apart.Gram[1, 1]);
        var own = Take(1, first, new MicroBatch(0, 1, second.Examples), Batch(2, 2, 0, 2));
        Assert.Equal(expected, own.SelfCosines![0], 1e-5);
        Assert.True(double.IsNaN(own.SelfCosines[1])); // one micro-batch has no halves
        var seen = after;
        Take(0, first, new MicroBatch(0, 1, second.Examples), Batch(2, 2, 0, 2));
        Assert.Equal(after, seen);
        // The same examples twice are wholly alike.
        Assert.Equal(1, Take(1, first, first).SelfCosines![0], 1e-6);
    }

    [Fact]
    public void Take_KeepsTheNumberOfLiveTensors_OverManySteps()
    {
        using var model = new ToyModel();
        var step = new MultiTaskStep(Tasks, model.Losses, model.Parameters, new GradientRows(model.Parameters, 3), new PcGradPolicy(), new AdamW(model.Parameters, new()),
            new() { Seed = 3, LossMode = LossMode.TaskToken, ClipNorm = 1, HalvesEvery = 2 });
        long after5 = 0;
        for (var s = 0; s < 40; s++)
        {
            step.Take(s, [Batch(0, 0, s, 6), Batch(1, 1, s, 4), Batch(2, 2, s, 2), Batch(0, 3, s, 3)], 0.01);
            var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            if (s == 5) after5 = live;
            if (s > 5) Assert.Equal(after5, live);
        }
    }

    private static MicroBatch Batch(int task, int number, int step, int count, int skip = 0) =>
        new(task, number, ToyModel.Examples(task + 10 * step, skip + count)[skip..]);

    private static MultiTaskStep Make(ToyModel model, IWeightingPolicy policy, LossMode mode, int slots,
        NonFiniteRule rule = NonFiniteRule.Stop, TokenLosses? losses = null, double clip = 1) =>
        new(Tasks, losses ?? model.Losses, model.Parameters, new GradientRows(model.Parameters, slots), policy, new AdamW(model.Parameters, new()),
            new() { Seed = 3, LossMode = mode, ClipNorm = clip, OnNonFinite = rule, Together = slots == 1 });

    private static float[] Train(IWeightingPolicy policy, LossMode mode, Func<int, MicroBatch[]> draw, int slots = 3)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ToyModel();
        var step = Make(model, policy, mode, slots, clip: 0.5);
        for (var s = 0; s < 8; s++) step.Take(s, draw(s), 0.01);
        return model.Values();
    }
}
