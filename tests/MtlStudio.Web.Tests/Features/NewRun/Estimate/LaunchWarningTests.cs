using MtlStudio.Core.Library;
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
    public void Of_LeadsToTheTask_WhenHeldOutExamplesAreTrainedOn() =>
        Assert.Equal("/data/tasks?q=q%26a", Assert.Single(LaunchWarning.Of("q&a", [new("test", 200, 37, 30, [])])).Link!.Value.Href);

    [Fact]
    public void OfCut_OffersRoomForAll_WhenExamplesAreLongerThanTheLongest()
    {
        var warning = Assert.Single(LaunchWarning.OfCut([("qa", Counts(400, 57, 190)), ("sum", Counts(400, 0, 90))], 96, context: 0));
        Assert.Equal("Longer than 96 tokens, and cut there: qa 14.3 % of the training examples, the longest has 190.", warning.Message);
        Assert.Equal(("training.maxLength", 192), (warning.Change!.Path, warning.Change.Value!.GetValue<int>()));
    }

    [Fact]
    public void OfCut_OffersRoomForMost_WhenOneExampleIsEnormous() =>
        Assert.Equal(320, Assert.Single(LaunchWarning.OfCut([("qa", Counts(400, 57, 9000) with { Length95 = 300 })], 256, context: 0)).Change!.Value!.GetValue<int>());

    [Fact]
    public void OfCut_OffersNoMoreThanTheModelReads() =>
        Assert.Null(Assert.Single(LaunchWarning.OfCut([("qa", Counts(400, 57, 700))], 512, context: 512)).Change);

    [Fact]
    public void OfCut_IsSilent_WhenEveryExampleFits() => Assert.Empty(LaunchWarning.OfCut([("qa", Counts(400, 0, 96))], 96, context: 0));

    private static TokenCounts Counts(int examples, int cut, int longest) => new() { Examples = examples, Counted = examples, PromptCut = cut, LongestLength = longest, Length95 = longest };

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
