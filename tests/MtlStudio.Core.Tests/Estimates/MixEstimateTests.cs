using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Estimates;

public sealed class MixEstimateTests
{
    private static readonly int[] Sizes = [900, 90, 10];

    private static RunSpec Spec(string sampler, string policy = "equal") => new()
    {
        Tasks = [new() { Name = "big", Share = 1 }, new() { Name = "middle", Share = 1 }, new() { Name = "tiny", Share = 2 }],
        Sampler = new(sampler), Weighting = new() { Name = policy },
        Training = new() { Steps = 100, MicroBatch = 5, Accumulation = 4 },
    };

    [Theory]
    [InlineData("proportional", 0.9, 0.09, 0.01)]
    [InlineData("uniform", 1 / 3.0, 1 / 3.0, 1 / 3.0)]
    [InlineData("explicit", 0.25, 0.25, 0.5)]
    public void Of_PlansSharesAndPasses_WhenASamplerIsChosen(string sampler, double big, double middle, double tiny)
    {
        var plans = MixEstimate.Of(Spec(sampler), Sizes);
        Assert.Equal(["big", "middle", "tiny"], plans.Select(plan => plan.Task));
        foreach (var (plan, share, size) in plans.Zip([big, middle, tiny], Sizes))
        {
            Assert.Equal(share, plan.Share, 1e-12);
            Assert.Equal(2_000 * share, plan.Examples, 1e-9);
            Assert.Equal(2_000 * share / size, plan.Passes, 1e-9);
        }
    }

    [Fact]
    public void Of_RaisesTheSmallest_WhenEveryStepHoldsEveryTask()
    {
        var plans = MixEstimate.Of(Spec("proportional", "pcgrad"), Sizes);
        Assert.Equal([0.5, 0.25, 0.25], plans.Select(plan => Math.Round(plan.Share, 12)));
        Assert.Equal(50, plans[2].Passes, 1e-9);
    }

    [Fact]
    public void UnderEachSampler_TellsWhatCannotBe_WhenASamplerDoesNotFit()
    {
        var spec = Spec("proportional") with { Tasks = [.. Spec("uniform").Tasks.Select(task => task with { Share = 0 })] };
        var plans = MixEstimate.UnderEachSampler(spec, Sizes);
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Sampler).Select(sampler => sampler.Name), plans.Select(plan => plan.Sampler));
        Assert.All(plans.Where(plan => plan.Sampler != "explicit"), plan => Assert.Equal(1, plan.Tasks.Sum(task => task.Share), 1e-12));
        var refused = plans.Single(plan => plan.Sampler == "explicit");
        Assert.Empty(refused.Tasks);
        Assert.Equal("tasks[0].share", Assert.Single(refused.Faults).Field);
    }
}
