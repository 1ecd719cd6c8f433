using MtlStudio.Core.Catalog;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Optimizers;

public sealed class AdamW8BitTests
{
    [Fact]
    public void Step_ComesToTheSameMinimum_AsAdamWWithWholeState()
    {
        Assert.InRange(Distance(parameters => new AdamW(parameters, new(WeightDecay: 0))), 0, 0.05);
        Assert.InRange(Distance(parameters => new AdamW8Bit(parameters, new(WeightDecay: 0))), 0, 0.05);
    }

    [Fact]
    public void Step_StaysNearAdamW_OverAFewSteps()
    {
        using var scope = NewDisposeScope();
        using var whole = Parameters(1000);
        using var small = Parameters(1000);
        using var exact = new AdamW(whole, new());
        using var packed = new AdamW8Bit(small, new());
        for (var step = 0; step < 5; step++)
        {
            var gradient = arange(Scalars.Of(0), Scalars.Of(1000), Scalars.One, ScalarType.Float32).mul(Scalars.Of(0.37)).add(Scalars.Of(step), Scalars.One).sin();
            exact.Step(gradient, 1e-3);
            packed.Step(gradient, 1e-3);
        }
        // The state's error is some percent of a step; five steps are 5e-3.
        var apart = whole.Values.sub(small.Values).abs();
        Assert.True(apart.mean().item<float>() < 2e-4, $"{apart.mean().item<float>()}");
        Assert.Equal(exact.Steps, packed.Steps);
    }

    [Fact]
    public void Step_LeavesATinyGradientFinite_BesideALargeOneOfItsBlock()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters(256);
        using var optimizer = new AdamW8Bit(parameters, new(WeightDecay: 0));
        var before = parameters.Values.clone();
        var gradient = full(256, Scalars.Of(1e-6f));
        gradient[0] = 1e3f;
        for (var step = 0; step < 20; step++) optimizer.Step(gradient, 1e-3);
        Assert.True(parameters.Values.sub(before).abs().max().item<float>() < 0.03);
    }

    [Fact]
    public void State_TakesTwoBytesAParameter_AndAScaleABlock()
    {
        using var parameters = Parameters(100_000);
        using var optimizer = new AdamW8Bit(parameters, new());
        Assert.InRange(optimizer.State.Sum(tensor => tensor.Value.numel() * tensor.Value.element_size()), 200_000, 205_000);
    }

    [Fact]
    public void Create_GivesTheMapOfThePaper_DenseNearZero()
    {
        using var signed = DynamicMap.Create(signed: true);
        using var unsigned = DynamicMap.Create(signed: false);
        Assert.Equal(256, signed.Values.Distinct().Count());
        Assert.Equal(256, unsigned.Values.Distinct().Count());
        Assert.Equal((0f, 0f, 1f), (signed.Values[signed.Zero], unsigned.Values[0], unsigned.Values[^1]));
        Assert.Equal(5.5e-7f, signed.Values[signed.Zero + 1], 1e-9f); // 10⁻⁶ · (0.1 + 1) / 2
        Assert.Equal(3.25e-7f, unsigned.Values[1], 1e-9f);
    }

    [Fact]
    public void Create_KnowsEveryOptimizer_OfTheCatalog() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Optimizer).Select(method => method.Name).Order(), OptimizerRegistry.Names.Order());

    private static FlatParameters Parameters(int count)
    {
        using var start = arange(Scalars.Of(0), Scalars.Of(count), Scalars.One, ScalarType.Float32).mul(Scalars.Of(0.01)).cos();
        return new([new("weight", start, true, _ => { })], CPU);
    }

    /// <summary>How far a quadratic's minimizer is from its minimum.</summary>
    private static double Distance(Func<FlatParameters, IOptimizer> make)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters(700);
        using var optimizer = make(parameters);
        var goal = arange(Scalars.Of(0), Scalars.Of(700), Scalars.One, ScalarType.Float32).mul(Scalars.Of(0.05)).sin();
        for (var step = 0; step < 400; step++) optimizer.Step(parameters.Values.sub(goal), 0.02 * (1 - step / 400.0));
        return parameters.Values.sub(goal).abs().max().item<float>();
    }
}
