using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Home;

namespace MtlStudio.Web.Tests.Features.Home;

public sealed class HomeSnapshotTests
{
    private static HomeSnapshot Empty => new([], [], [], [], []);

    /// <param name="training">Runs of one training differ in nothing but their seed; null: of its own.</param>
    private static Run Run(long id, RunState state, string? training = null) => new()
    {
        Id = id, State = state, SpecJson = JsonSerializer.Serialize(new RunSpec { Seed = (int)id, Model = new() { Path = training ?? $"model {id}" } }, WireJson.Compact),
    };

    [Fact]
    public void Sentence_SaysWhatToDo_WhenThereIsNoRun()
    {
        Assert.True(Empty.HasNoOwnRuns);
        Assert.Equal("No run yet: start the sample, or begin a run of your own.", Empty.Sentence);
    }

    [Fact]
    public void Sentence_SpeaksOfTheRecordedStudy_UntilThereIsARunOfOnesOwn()
    {
        var recorded = Run(1, RunState.Finished);
        recorded.Tags.Add(new() { Tag = RunTag.Recorded });
        var verdicts = new[] { new RunDelta { RunId = 1, Task = "sentiment", Reference = RunDelta.Baseline, Verdict = "hurt" } }.ToLookup(delta => delta.RunId);
        var home = Empty with { Ended = [recorded] };
        Assert.True(home.HasNoOwnRuns);
        Assert.Equal("The recorded sample study stands below; start a run of your own.", home.Sentence);
        Assert.Equal("The recorded sample study: sentiment is hurt in run 1 (suspected: one seed).", (home with { Verdicts = verdicts }).Sentence);
        Assert.False((home with { Ended = [recorded, Run(2, RunState.Stopped)] }).HasNoOwnRuns);
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

    [Fact]
    public void Sentence_NamesTheTaskThatIsHurt_AndThatOneSeedOnlySuspects()
    {
        RunDelta Delta(long run, string task, string verdict) => new() { RunId = run, Task = task, Reference = RunDelta.Baseline, Verdict = verdict };
        var home = Empty with { Ended = [Run(41, RunState.Finished), Run(40, RunState.Finished)] };
        Assert.Equal("Nothing trains now, sentiment is hurt in run 41 (suspected: one seed).",
            (home with { Verdicts = new[] { Delta(41, "sentiment", "hurt"), Delta(41, "qa", "helped"), Delta(40, "qa", "unclear") }.ToLookup(delta => delta.RunId) }).Sentence);
        Assert.Equal("Nothing trains now, sentiment and 1 more are hurt in run 41 (suspected: one seed), and tasks of 1 more run.",
            (home with { Verdicts = new[] { Delta(41, "sentiment", "hurt"), Delta(41, "qa", "hurt"), Delta(40, "qa", "hurt") }.ToLookup(delta => delta.RunId) }).Sentence);
    }

    [Fact]
    public void Hurt_WaitsForTheSeedsTogether_WhereOthersOfTheTrainingWereJudged()
    {
        RunDelta Alone(long run) => new() { RunId = run, Task = "sentiment", Reference = RunDelta.Baseline, Verdict = "hurt" };
        var home = Empty with { Ended = [Run(8, RunState.Finished, "one"), Run(1, RunState.Finished, "one")] };
        // The other seed has no baselines: nothing will be said of the two together.
        Assert.Equal([8L], (home with { Verdicts = new[] { Alone(8) }.ToLookup(delta => delta.RunId) }).Hurt!.Runs);
        Assert.Null((home with { Verdicts = new[] { Alone(8), Alone(1) }.ToLookup(delta => delta.RunId) }).Hurt);
        // Of a recorded study all seeds come at once, and are judged one after the other.
        foreach (var run in home.Ended) run.Tags.Add(new() { Tag = RunTag.Recorded });
        Assert.Null((home with { Verdicts = new[] { Alone(8) }.ToLookup(delta => delta.RunId) }).Hurt);
    }

    [Fact]
    public void Sentence_SpeaksOfAllSeedsTogether_WhereThereAreSeveral()
    {
        RunDelta Alone(long run) => new() { RunId = run, Task = "sentiment", Reference = RunDelta.Baseline, Verdict = "hurt" };
        SeedDelta Together(string verdict, string transfer) => new() { GroupHash = "a", Task = "sentiment", Reference = RunDelta.Baseline, Runs = "1,8,15", Seeds = 3, Verdict = verdict, Transfer = transfer };
        var home = Empty with { Ended = [Run(15, RunState.Finished), Run(8, RunState.Finished), Run(1, RunState.Finished), Run(7, RunState.Finished)], Verdicts = new[] { Alone(1), Alone(15), Alone(7) }.ToLookup(delta => delta.RunId) };
        HomeSnapshot With(SeedDelta delta) => home with { Seeds = delta.ReadRuns().ToLookup(run => run, _ => delta) };

        var shown = With(Together("hurt", "negative"));
        Assert.Equal("Nothing trains now, sentiment is hurt in runs 1, 8 and 15 (negative transfer: under each of 3 seeds), and tasks of 1 more run.", shown.Sentence);
        Assert.Equal("/compare?runs=1,8,15&reference=baseline&task=sentiment&open=1", shown.Hurt!.Href);
        Assert.Contains("in runs 1, 8 and 15 (suspected: 3 seeds together)", With(Together("hurt", "suspected")).Sentence);
        // What one seed suspects and all together do not show is not said of it.
        Assert.Equal("Nothing trains now, sentiment is hurt in run 7 (suspected: one seed).", With(Together("unclear", "none")).Sentence);
    }
}
