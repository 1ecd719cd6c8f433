using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Tests.Weighting;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>Gradient policies where whole rows do not fit: a sketch or layers instead, and two ways to the direction.</summary>
public sealed class SampledGradientsTests
{
    [Fact]
    public void Sketch_KeepsInnerProducts_UpToItsNoise()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var start = zeros(200_000);
        using var parameters = new FlatParameters([new("w", start, true, _ => { })], CPU);
        var common = randn([200_000], generator: generator);
        double[] worst = [0, 0];
        foreach (var (size, at) in new[] { (1 << 10, 0), (1 << 14, 1) })
        {
            using var sample = GradientSample.OfSketch(parameters, 4, size, seed: 9);
            var rows = Enumerable.Range(0, 4).Select(k => randn([200_000], generator: generator).add(common, Scalars.Of(k * 0.5))).ToArray();
            for (var k = 0; k < 4; k++)
            {
                sample.Begin();
                sample.Gradient.copy_(rows[k]);
                sample.Keep(k);
            }
            var gram = sample.Gram(4).data<double>().ToArray();
            for (var i = 0; i < 4; i++)
                for (var j = 0; j < 4; j++)
                {
                    var norms = rows[i].norm().item<float>() * rows[j].norm().item<float>();
                    worst[at] = Math.Max(worst[at], Math.Abs(gram[i * 4 + j] - rows[i].dot(rows[j]).item<float>()) / norms * Math.Sqrt(size));
                }
        }
        // Error in units of 1/√size: about 1, and no more than a few over ten pairs, at both sizes.
        Assert.All(worst, error => Assert.InRange(error, 0.05, 5));
    }

    [Theory]
    [InlineData("mgda")]
    [InlineData("pcgrad")]
    [InlineData("upgrad")]
    public void Take_GivesTheValuesOfWholeRows_WhenTheSampleHoldsEverything(string policy)
    {
        var whole = Train(policy, _ => null);
        var sampled = Train(policy, parameters => GradientSample.OfColumns(parameters, 3, _ => true));
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], sampled[i], 2e-5f);
    }

    [Fact]
    public void Take_GoesByTheCoefficientsBefore_WhenTheDirectionIsTheLasts()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var sample = GradientSample.OfColumns(model.Parameters, 3, _ => true);
        var step = Make(model, "mgda", sample, last: true);
        var first = step.Take(0, Draw(0), 0.01);
        Assert.All(first.Coefficients, value => Assert.Equal(1.0 / 3, value, 1e-12)); // no weighing yet: the policy's scale in equal parts
        var weighed = PolicyTests.Make("mgda", 3).Weigh(new() { Tasks = ["a", "b", "c"], Step = 0, Seed = 3, Losses = first.Losses, Gram = first.Gram }, null).Coefficients;
        Assert.Equal(weighed, step.Take(1, Draw(1), 0.01).Coefficients);
    }

    [Fact]
    public void Take_KeepsCoefficients_BetweenTwoWeighings()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        var step = Make(model, "pcgrad", null, every: 3);
        var taken = Enumerable.Range(0, 7).Select(s => step.Take(s, Draw(s), 0.05).Coefficients.ToArray()).ToArray();
        Assert.Equal(taken[0], taken[1]);
        Assert.Equal(taken[0], taken[2]);
        Assert.NotEqual(taken[2], taken[3]);
        Assert.Equal(taken[3], taken[5]);
    }

    [Theory]
    [InlineData("famo")]
    [InlineData("gls")]
    [InlineData("stch")]
    public void Take_GivesTheValuesOfRows_WhenLossesAreReadFirst(string policy)
    {
        var rows = Train(policy, _ => null);
        var first = Train(policy, _ => null, together: true);
        for (var i = 0; i < rows.Length; i++) Assert.Equal(rows[i], first[i], 2e-5f);
    }

    [Fact]
    public void Take_LeavesATaskOut_WhenItsSampleIsNotFinite()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var sample = GradientSample.OfSketch(model.Parameters, 3, 16, 1);
        var step = Make(model, "mgda", sample, losses: (s, b, t) => b.Task == 1 ? model.Losses(s, b, t).Objective.mul(Scalars.Of(double.NaN)) : model.Losses(s, b, t));
        var result = step.Take(0, Draw(0), 0.1);
        Assert.Equal([1], result.NonFinite);
        Assert.True(result.Stepped);
        Assert.Equal(0, result.Coefficients[1]);
        Assert.All(model.Values(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Take_KeepsTheNumberOfLiveTensors_OverManySteps()
    {
        using var model = new ToyModel();
        using var sample = GradientSample.OfSketch(model.Parameters, 3, 16, 1);
        var step = Make(model, "mgda", sample);
        long after5 = 0;
        for (var s = 0; s < 20; s++)
        {
            step.Take(s, Draw(s), 0.01);
            if (s == 5) after5 = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            if (s > 5) Assert.Equal(after5, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    [Fact]
    public void OfColumns_NamesTheField_WhenNothingIsTrainedThere()
    {
        using var model = new ToyModel();
        var error = Assert.Throws<InvalidInputException>(() => GradientSample.OfColumns(model.Parameters, 3, _ => false));
        Assert.Equal("weighting.layers", Assert.Single(error.Errors).Field);
    }

    private static MicroBatch[] Draw(int step) => [Batch(2, 0, step, 1), Batch(0, 1, step, 5), Batch(1, 2, step, 2), Batch(2, 3, step, 3, 2)];

    private static MicroBatch Batch(int task, int number, int step, int count, int skip = 0) => new(task, number, ToyModel.Examples(task + 10 * step, skip + count)[skip..]);

    private static MultiTaskStep Make(ToyModel model, string policy, GradientSample? sample, bool last = false, int every = 1, bool together = false, TokenLosses? losses = null)
    {
        var made = PolicyRegistry.Create(new() { Name = policy }, [.. new[] { "a", "b", "c" }.Select(name => new TaskSpec { Name = name })]);
        return new(["a", "b", "c"], losses ?? model.Losses, model.Parameters, new GradientRows(model.Parameters, sample is null && !together ? 3 : 1), made, new AdamW(model.Parameters, new()),
            new() { Seed = 3, LossMode = LossMode.TaskToken, ClipNorm = 0.5, OnNonFinite = NonFiniteRule.Continue, Together = sample is not null || together, Sample = sample, LastCoefficients = last, WeighEvery = every })
        { Probes = new(made, ["a", "b", "c"], model.Losses, (_, _) => null, model.Parameters) };
    }

    private static float[] Train(string policy, Func<FlatParameters, GradientSample?> sampled, bool together = false)
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var sample = sampled(model.Parameters);
        var step = Make(model, policy, sample, together: together);
        for (var s = 0; s < 6; s++) step.Take(s, Draw(s), 0.01);
        return model.Values();
    }
}
