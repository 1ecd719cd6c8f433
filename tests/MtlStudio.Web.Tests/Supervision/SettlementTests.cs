using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class SettlementTests
{
    [Theory]
    // The exit code decides, whatever the last event said.
    [InlineData(RunState.Running, 0, "finished", RunState.Finished)]
    [InlineData(RunState.Stopping, 0, null, RunState.Finished)]
    [InlineData(RunState.Pausing, 0, "finished", RunState.Finished)]
    [InlineData(RunState.Starting, 2, null, RunState.Failed)]
    [InlineData(RunState.Running, 1, "failed", RunState.Failed)]
    [InlineData(RunState.Starting, 127, null, RunState.Failed)]
    [InlineData(RunState.Stopping, 130, "stopped", RunState.Stopped)]
    [InlineData(RunState.Stopping, 130, "paused", RunState.Stopped)]
    [InlineData(RunState.Pausing, 130, "paused", RunState.Paused)]
    [InlineData(RunState.Pausing, 130, "stopped", RunState.Paused)]
    // Nobody asked for it: a machine that shuts down, an administrator.
    [InlineData(RunState.Running, 130, "stopped", RunState.Queued)]
    // Without an exit code the last event decides.
    [InlineData(RunState.Running, null, "finished", RunState.Finished)]
    [InlineData(RunState.Running, null, "failed", RunState.Failed)]
    [InlineData(RunState.Stopping, null, "stopped", RunState.Stopped)]
    // Else it died.
    [InlineData(RunState.Running, null, null, RunState.Queued)]
    [InlineData(RunState.Running, 137, null, RunState.Queued)]
    [InlineData(RunState.Starting, 134, null, RunState.Queued)]
    [InlineData(RunState.Stopping, 137, null, RunState.Stopped)]
    [InlineData(RunState.Pausing, 139, null, RunState.Paused)]
    public void Of_LeadsToTheState_ThatExitCodeEventAndWishSay(RunState state, int? exitCode, string? outcome, RunState to)
    {
        var settlement = Settlement.Of(new AttemptEnd(state, exitCode, outcome, Deaths: 0, Step: 10), deathsBeforeFailure: 3);
        Assert.Equal(to, settlement.To);
        Assert.NotEmpty(settlement.Cause);
        Assert.Equal(to == RunState.Failed, settlement.Failure is not null);
        Assert.True(RunTransitions.IsAllowed(state, to) || state == RunState.Starting && RunTransitions.IsAllowed(RunState.Running, to));
    }

    [Theory]
    [InlineData(0, RunState.Queued)]
    [InlineData(1, RunState.Queued)]
    [InlineData(2, RunState.Failed)]
    public void Of_FailsARun_AtItsThirdDeathWithoutANewCheckpoint(int before, RunState to)
    {
        var settlement = Settlement.Of(new AttemptEnd(RunState.Running, 137, null, before, Step: 41), deathsBeforeFailure: 3);
        Assert.Equal((to, true), (settlement.To, settlement.Died));
        if (to == RunState.Failed) Assert.Contains("lower the micro-batch", settlement.Failure);
    }

    [Fact]
    public void Of_SaysThatMemoryRanOut_WhenTheSystemKilledForWantOfIt()
    {
        var end = new AttemptEnd(RunState.Running, 137, null, Deaths: 2, Step: 41);
        Assert.Contains("killed, signal 9: often for want of memory", Settlement.Of(end, 3).Cause);
        var told = Settlement.Of(end with { MemoryRanOut = true }, 3);
        Assert.Contains("killed by the system, which ran out of memory", told.Cause);
        Assert.Contains("lower the micro-batch", told.Failure);
        Assert.DoesNotContain("memory", Settlement.Of(end with { ExitCode = 134, MemoryRanOut = true }, 3).Cause);
    }

    [Theory]
    [InlineData("low 0\nhigh 0\noom 3\noom_kill 2\noom_group_kill 0\n", 2)]
    [InlineData("oom_kill many\n", 0)]
    [InlineData("", 0)]
    public void MemoryKills_ReadTheKernelsCount(string text, long count)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["memory.events"], text);
        Assert.Equal(count, MemoryKills.Count(folder["memory.events"]));
        Assert.Equal(0, MemoryKills.Count(folder["absent"]));
    }

    [Theory]
    [InlineData(RunState.Starting, RunState.Queued)]
    [InlineData(RunState.Stopping, RunState.Stopped)]
    [InlineData(RunState.Pausing, RunState.Paused)]
    public void Of_CountsNoDeath_WhenNoTrainerWasStarted(RunState state, RunState to)
    {
        var settlement = Settlement.Of(new AttemptEnd(state, null, "paused", Deaths: 2, Step: 0) { WasStarted = false }, deathsBeforeFailure: 3);
        Assert.Equal((to, false), (settlement.To, settlement.Died));
    }

    [Theory]
    [InlineData(RunState.Starting)]
    [InlineData(RunState.Stopping)]
    [InlineData(RunState.Pausing)]
    public void Of_FailsTheRun_WhenItsTrainerCouldNotBeStarted(RunState state)
    {
        var settlement = Settlement.Of(new AttemptEnd(state, null, null, Deaths: 0, Step: 0) { WasStarted = false, StartFault = "no disk" }, deathsBeforeFailure: 3);
        Assert.Equal((RunState.Failed, "no disk", false), (settlement.To, settlement.Failure, settlement.Died));
        Assert.True(RunTransitions.IsAllowed(state, settlement.To));
    }

    [Fact]
    public void Of_SaysWhatTheTrainerPrinted_WhenItGaveNoMessage()
    {
        var end = new AttemptEnd(RunState.Running, 1, null, 0, 5) { LogTail = "Unhandled exception: no space left on device" };
        Assert.Equal("Unhandled exception: no space left on device", Settlement.Of(end, 3).Failure);
        Assert.Equal("The disk is full", Settlement.Of(end with { Message = "The disk is full" }, 3).Failure);
        Assert.Contains("said nothing", Settlement.Of(end with { LogTail = "" }, 3).Failure);
    }
}
