using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunCuresTests
{
    private static readonly Alarm Broken = new() { Kind = "non-finite-loss", Task = "qa", Step = 6, Message = "The loss of qa is not finite" };
    private static readonly RunSpec Sound = new() { Training = new() { ClipNorm = 1, OnNonFinite = "clip" } };

    [Fact]
    public void Of_LowersTheRateFirst_WhenALossWasNotFinite()
    {
        var spec = new RunSpec { Optimizer = new("sgd") { Options = new Dictionary<string, JsonElement> { ["lr"] = JsonElement.Parse("10") } }, Training = new() { ClipNorm = 0 } };
        var acts = RunCures.Of(Run(RunState.Failed), spec, [Broken]);
        Assert.Equal(["Lower the learning rate", "Clip the gradient", "Skip such steps"], acts.Select(act => act.Label));
        Assert.Equal("/new?from=7&set=optimizer.options.lr%3D1", acts[0].Href);
    }

    [Fact]
    public void Of_LeavesOutWhatTheSpecDoesAlready() => Assert.Equal(["Lower the learning rate"], RunCures.Of(Run(RunState.Failed), Sound, [Broken]).Select(act => act.Label));

    [Fact]
    public void Of_IsEmpty_WhenTheRunWentOn_OrFailedOfSomethingElse()
    {
        Assert.Empty(RunCures.Of(Run(RunState.Finished), Sound, [Broken]));
        Assert.Empty(RunCures.Of(Run(RunState.Failed), Sound, []));
    }

    private static Run Run(RunState state) => new() { Id = 7, State = state };
}
