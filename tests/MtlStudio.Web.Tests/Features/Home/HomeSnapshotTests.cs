using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Home;

namespace MtlStudio.Web.Tests.Features.Home;

public sealed class HomeSnapshotTests
{
    private static HomeSnapshot Empty => new([], [], [], [], []);

    private static Run Run(long id, RunState state) => new() { Id = id, State = state };

    [Fact]
    public void Sentence_SaysWhatToDo_WhenThereIsNoRun()
    {
        Assert.True(Empty.HasNoRuns);
        Assert.Equal("No run yet: start the sample, or begin a run of your own.", Empty.Sentence);
    }

    [Fact]
    public void Sentence_CountsWhatTrainsAndWaits_AndNamesTheOneThatFailed()
    {
        var home = Empty with
        {
            Running = [new(Run(3, RunState.Running), [], null, 0)],
            Waiting = [new(Run(4, RunState.Queued), "waits for cpu:0"), new(Run(5, RunState.Queued), "waits for cpu:0")],
            Ended = [Run(2, RunState.Failed), Run(1, RunState.Finished)],
        };
        Assert.Equal("1 run trains, 2 wait, run 2 failed.", home.Sentence);
    }

    [Fact]
    public void Sentence_SaysThatNothingTrains_WhenAllHasEnded() =>
        Assert.Equal("Nothing trains now.", (Empty with { Ended = [Run(1, RunState.Finished)] }).Sentence);
}
