using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.NewRun;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Tests.Features.NewRun;

public sealed class LaunchWarningTests
{
    private static RunSpec Spec => new() { Name = "two", Tasks = [new() { Name = "qa" }, new() { Name = "sum" }] };

    [Fact]
    public void Of_NamesTaskAndSplit_WhenHeldOutExamplesAreTrainedOn() =>
        Assert.StartsWith("qa: 37 of 200 test examples have a prompt that is trained on", Assert.Single(LaunchWarning.Of("qa", [new("validation", 10, 0, 0, []), new("test", 200, 37, 30, [])])).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_IsSilent_WhenNothingIsOdd() => Assert.Empty(LaunchWarning.Of(Spec, null, null, ["cpu"]));

    [Fact]
    public void Of_OffersThePolicyThatCounts_WhenLossWeightsCountForNothing()
    {
        var spec = Spec with { Tasks = [Spec.Tasks[0], Spec.Tasks[1] with { LossWeight = 2 }] };
        var warning = Assert.Single(LaunchWarning.Of(spec, null, null, ["cpu"]));
        var draft = new SpecDraft(spec);
        draft.Set(warning.Change!.Path, warning.Change.Value);
        Assert.Equal("fixed", draft.Get("weighting.name")!.ToString());
    }

    [Fact]
    public void Of_OffersTheSamplerThatDraws_WhenSharesCountForNothing()
    {
        var spec = Spec with { Tasks = [Spec.Tasks[0], Spec.Tasks[1] with { Share = 3 }], Sampler = new("temperature") };
        var warning = Assert.Single(LaunchWarning.Of(spec, null, null, ["cpu"]));
        var draft = new SpecDraft(spec);
        draft.Set(warning.Change!.Path, warning.Change.Value);
        Assert.Equal("""{"name":"explicit"}""", draft.Get("sampler")!.ToJsonString());
    }

    [Fact]
    public void Of_SaysThatTheBestIsChosenAmongFew_WhenCheckpointsMissEvaluations()
    {
        var spec = Spec with { Checkpoints = new() { Every = 70 }, Evaluation = new() { Every = 50 } };
        Assert.Equal("checkpoints.every", Assert.Single(LaunchWarning.Of(spec, null, null, ["cpu"])).Change!.Path);
        Assert.Empty(LaunchWarning.Of(spec with { Checkpoints = new() { Every = 100 } }, null, null, ["cpu"]));
    }

    [Fact]
    public void Of_OffersTheCpu_WhenThereIsNoGpu()
    {
        var warning = Assert.Single(LaunchWarning.Of(Spec with { Device = new() { Kind = "cuda" } }, null, null, ["cpu"]));
        Assert.Equal("device.kind", warning.Change!.Path);
    }
}
