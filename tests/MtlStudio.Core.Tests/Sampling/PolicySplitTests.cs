using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;

namespace MtlStudio.Core.Tests.Sampling;

public sealed class PolicySplitTests
{
    [Fact]
    public void Choose_TakesAFifthAtMost_ByTheTasksOwnOrder()
    {
        var chosen = PolicySplit.Choose(7, "a", 100, 64);
        Assert.Equal(20, chosen.Count);
        Assert.Equal(chosen, PolicySplit.Choose(7, "a", 100, 64));
        Assert.NotEqual(chosen, PolicySplit.Choose(7, "b", 100, 64));
        Assert.Equal(6, PolicySplit.Choose(7, "a", 100, 6).Count);
        Assert.Empty(PolicySplit.Choose(7, "a", 4, 64));
        Assert.Empty(PolicySplit.Choose(7, "a", 100, 0));
    }

    [Fact]
    public void Wanted_IsThePoliciesThatReadIt_AndTheirBaselines()
    {
        var mix = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b" }], Weighting = new() { Name = "coba", PolicyExamples = 12 } };
        Assert.Equal(12, PolicySplit.Wanted(mix));
        Assert.Equal(PolicySplit.Default, PolicySplit.Wanted(mix with { Weighting = new() { Name = "auto-lambda" } }));
        Assert.Equal(0, PolicySplit.Wanted(mix with { Weighting = new() { Name = "pcgrad", PolicyExamples = 12 } }));
        var baseline = BaselinePlanner.For(mix, "a");
        Assert.Equal((12, "equal"), (PolicySplit.Wanted(baseline), baseline.Weighting.Name));
        Assert.Null(BaselinePlanner.For(mix with { Weighting = new() { Name = "pcgrad" } }, "a").Baseline!.PolicyExamples);
    }
}
