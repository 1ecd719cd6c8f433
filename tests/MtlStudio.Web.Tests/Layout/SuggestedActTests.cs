using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Tests.Layout;

public sealed class SuggestedActTests
{
    private static readonly RunSpec Mix = new() { Seed = 3, Tasks = [new() { Name = "qa" }, new() { Name = "sentiment" }], Sampler = new("uniform") };

    private static readonly TaskValue Hurt = new() { Run = 7, Verdict = Verdict.Hurt, Split = "test" };

    [Fact]
    public void Of_ChangesTheField_ThatFitsTheMix()
    {
        Assert.Equal("/new?from=7&set=weighting.name%3D%22pcgrad%22", Act(Mix, Hurt)!.Href);
        // PCGrad already, or steps that cannot hold every task: something else is tried.
        Assert.Equal("/new?from=7&set=sampler.name%3D%22uniform%22", Act(Mix with { Weighting = new() { Name = "pcgrad" }, Sampler = new("proportional") }, Hurt)!.Href);
        Assert.Equal("/new?from=7&set=weighting.name%3D%22uw%22", Act(Mix with { Training = Mix.Training with { Accumulation = 1 } }, Hurt)!.Href);
    }

    [Fact]
    public void Of_AsksForMoreEvidence_WhenNothingCanBeTold()
    {
        var unclear = Hurt with { Verdict = Verdict.Unclear };
        Assert.Equal("/new?from=7&set=seed%3D4", Act(Mix, unclear)!.Href);
        Assert.Equal("/new?from=7&set=evaluation.test%3Dtrue", Act(Mix with { Evaluation = Mix.Evaluation with { Test = false } }, unclear with { Split = "validation" })!.Href);
    }

    [Fact]
    public void Of_IsNothing_WhereThereIsNothingToTry()
    {
        Assert.Null(Act(Mix, Hurt with { Verdict = Verdict.Helped }));
        Assert.Null(Act(Mix, Hurt with { Verdict = null, SoFar = -1 }));
        Assert.Null(SuggestedAct.Of(7, Mix, false, "qa", Hurt));
    }

    private static SuggestedAct? Act(RunSpec spec, TaskValue value) => SuggestedAct.Of(7, spec, true, "qa", value);
}
