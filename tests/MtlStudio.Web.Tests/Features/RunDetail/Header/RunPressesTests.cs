using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunPressesTests
{
    /// <summary>A press is shown exactly where the state machine has a way for it.</summary>
    [Theory]
    [InlineData(RunState.Queued, "stop")]
    [InlineData(RunState.Starting, "stop pause")]
    [InlineData(RunState.Running, "stop pause")]
    [InlineData(RunState.Pausing, "stop")]
    [InlineData(RunState.Paused, "stop resume")]
    [InlineData(RunState.Stopping, "")]
    [InlineData(RunState.Stopped, "retry")]
    [InlineData(RunState.Finished, "")]
    [InlineData(RunState.Failed, "retry")]
    public void Of_ShowsOnlyWhatTheStateAllows(RunState state, string presses)
    {
        var can = RunPresses.Of(Snapshots.Of(state));
        Assert.Equal(presses, string.Join(' ', new[] { (can.Stop, "stop"), (can.Pause, "pause"), (can.Resume, "resume"), (can.Retry, "retry") }.Where(pair => pair.Item1).Select(pair => pair.Item2)));
        // A run that stops already needs no press.
        Assert.Equal(can.Stop, state != RunState.Stopping && (RunTransitions.IsAllowed(state, RunState.Stopped) || RunTransitions.IsAllowed(state, RunState.Stopping)));
        Assert.Equal(can.Pause, RunTransitions.IsAllowed(state, RunState.Pausing));
    }

    [Fact]
    public void Of_OffersBaselines_UntilEveryTaskHasOneThatCounts()
    {
        Assert.True(RunPresses.Of(Snapshots.Of(RunState.Finished)).MakeBaselines);
        Assert.False(RunPresses.Of(Snapshots.Of(RunState.Finished, baseline: [])).MakeBaselines);
        var failed = Snapshots.Of(RunState.Finished, baseline: []);
        failed.Baselines[0].Run.State = RunState.Failed;
        Assert.True(RunPresses.Of(failed).MakeBaselines);
        var itself = Snapshots.Of(RunState.Finished);
        itself.Run.BaselineTask = "qa";
        Assert.False(RunPresses.Of(itself).MakeBaselines);
    }
}
