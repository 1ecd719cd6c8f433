using MtlStudio.Core.Analysis;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class CheckpointChoiceTests
{
    // Fractions at steps 100, 200, 300: qa rises, sentiment has its best in the middle and falls.
    private static readonly CheckpointTask Qa = new("qa", [0.40, 0.50, 0.60], 0.55, 100);
    private static readonly CheckpointTask Sentiment = new("sentiment", [0.85, 0.90, 0.80], 0.88, 100);

    [Fact]
    public void Chosen_IsTheBestThatKeepsAllFloors_NotTheBestOfAll()
    {
        var choice = CheckpointChoice.Of([Qa, Sentiment], [0.5, 0.6, 0.7], margin: 5);
        Assert.Equal((1, 2), (choice.Chosen, choice.Best));
        Assert.Empty(choice.Unkept);
        Assert.Equal([false, true, true], choice.Tasks[0].Kept);
        Assert.Equal([true, true, false], choice.Tasks[1].Kept);
        Assert.Equal([0.50, 0.83], choice.Tasks.Select(task => Math.Round(task.Floor!.Value, 12)));
    }

    [Fact]
    public void Cost_IsWhatATaskGivesUpBesideItsOwnBest()
    {
        var choice = CheckpointChoice.Of([Qa, Sentiment], [0.5, 0.6, 0.7], margin: 5);
        Assert.Equal([2, 1], choice.Tasks.Select(task => task.OwnBest));
        Assert.Equal([0.1, 0.0], choice.Tasks.Select(task => Math.Round(task.Cost!.Value, 12)));
    }

    [Fact]
    public void Unkept_NamesTheFloorThatNoCheckpointKeeps()
    {
        var choice = CheckpointChoice.Of([Qa with { Reference = 0.75 }, Sentiment], [0.5, 0.6, 0.7], margin: 1);
        Assert.Equal((-1, 2), (choice.Chosen, choice.Best));
        Assert.Equal(["qa"], choice.Unkept);
        // Costs are then counted from the best of all, which is what would be shared.
        Assert.Equal(0.1, choice.Tasks[1].Cost!.Value, 12);
    }

    [Fact]
    public void Unkept_IsEmpty_WhenFloorsAreKeptOneByOneAndNeverTogether()
    {
        var choice = CheckpointChoice.Of([Qa, Sentiment], [0.5, 0.6, 0.7], margin: 1);
        Assert.Equal(-1, choice.Chosen);
        Assert.Empty(choice.Unkept);
    }

    [Fact]
    public void Floor_IsKept_WhenTheScoreIsExactlyAtIt() =>
        Assert.Equal([true], CheckpointChoice.Of([new("a", [0.71], 0.72, 100)], [0.5], margin: 1).Tasks[0].Kept);

    [Fact]
    public void Floor_LiesAbove_WhenLowerIsBetter()
    {
        // Perplexity has no points: the margin is percent of the reference.
        var choice = CheckpointChoice.Of([new("lm", [12.3, 11.8, 12.0], 12, 0, HigherIsBetter: false)], [0.1, 0.2, 0.3], margin: 1);
        Assert.Equal(12.12, choice.Tasks[0].Floor!.Value, 12);
        Assert.Equal([false, true, true], choice.Tasks[0].Kept);
        Assert.Equal((2, 1), (choice.Chosen, choice.Tasks[0].OwnBest));
        Assert.Equal(0.2, choice.Tasks[0].Cost!.Value, 12);
    }

    [Fact]
    public void Choice_PassesOverWhatWasNotEvaluated()
    {
        var choice = CheckpointChoice.Of([new("a", [0.5, double.NaN], 0.4, 100), new("b", [double.NaN, double.NaN], null, 1)], [0.5, double.NaN], margin: 0);
        Assert.Equal((0, 0), (choice.Chosen, choice.Best));
        Assert.Equal([true, false], choice.Tasks[0].Kept);
        Assert.Equal(-1, choice.Tasks[1].OwnBest);
        Assert.Null(choice.Tasks[1].Floor);
        Assert.Null(choice.Tasks[1].Cost);
    }

    [Fact]
    public void Choice_IsTheEarliest_WhenScoresAreEqual() =>
        Assert.Equal(0, CheckpointChoice.Of([], [0.5, 0.5, 0.4], margin: 0).Chosen);

    [Fact]
    public void Choice_IsNone_WhenNothingStands() => Assert.Equal((-1, -1), (CheckpointChoice.Of([], [], 1).Chosen, CheckpointChoice.Of([], [], 1).Best));

    [Fact]
    public void Of_Throws_WhenTheMarginIsNegativeOrCountsDiffer()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CheckpointChoice.Of([], [], -1));
        Assert.Throws<ArgumentException>(() => CheckpointChoice.Of([Qa], [0.5], 1));
    }
}
