using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;

namespace MtlStudio.Training.Tests.Batching;

public sealed class TaskFactsTests
{
    private static readonly ColumnSet Columns = new(["source", "level", "id"]);

    private static readonly IReadOnlyList<SourceExample> Examples =
    [
        Example(0, "web", "3", length: 9, answer: "yes"), Example(1, "book", "1", length: 2, answer: "no"), Example(2, "web", "2.5", length: 7, answer: "yes"),
        Example(3, "talk", "-4", length: 5, answer: "no"), Example(4, "book", "1e2", length: 4, answer: "yes"), Example(5, "web", "0", length: 3, answer: "no"),
    ];

    [Theory]
    [InlineData("source", new[] { 2, 0, 2, 1, 0, 2 })] // book, talk, web
    [InlineData("label", new[] { 1, 0, 1, 0, 1, 0 })]
    public void Of_NumbersTheValues_WhenStratifiedByLabelOrAnyColumn(string by, int[] strata) =>
        Assert.Equal(strata, Facts(new() { Stratify = by }).Strata);

    [Fact]
    public void Of_MakesStrataOfLikeLengths_WhenStratifiedByLength()
    {
        var strata = Facts(new() { Stratify = "length" }).Strata!;
        // From the shortest to the longest no stratum falls, and they are numbered without gaps.
        var byLength = Examples.OrderBy(example => example.Ids.Ids.Length).Select(example => strata[example.Number]).ToList();
        Assert.Equal(byLength.Order(), byLength);
        Assert.Equal(Enumerable.Range(0, byLength.Max() + 1), byLength.Distinct());
        Assert.Equal(5, byLength.Distinct().Count());
    }

    [Theory]
    [InlineData("length", false, new[] { 5, 0, 4, 3, 2, 1 })]
    [InlineData("order", false, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData("order", true, new[] { 5, 4, 3, 2, 1, 0 })]
    public void Of_RanksFromEasyToHard_ByTheCurriculumsMeasure(string difficulty, bool anti, int[] ranks) =>
        Assert.Equal(ranks, Facts(new(), Curriculum(difficulty, anti)).Ranks);

    [Fact]
    public void Of_GoesByTheTasksOwnColumn_BeforeTheCurriculumsMeasure() =>
        Assert.Equal([4, 2, 3, 0, 5, 1], Facts(new() { Difficulty = "level" }, Curriculum("length", anti: false)).Ranks);

    [Theory]
    [InlineData("colour", "There is no column \"colour\": there are source, level, id")]
    [InlineData("id", "\"id\" has 6 different values in 6 examples")]
    public void Of_NamesTheField_WhenAColumnCannotStratify(string by, string message)
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => Facts(new() { Stratify = by })).Errors);
        Assert.Equal("tasks[0].stratify", error.Field);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NamesTheRow_WhenADifficultyIsNoNumber()
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => Facts(new() { Difficulty = "source" }, Curriculum("length", anti: false))).Errors);
        Assert.Equal("tasks[0].difficulty", error.Field);
        Assert.Contains("row 1 holds \"web\"", error.Message, StringComparison.Ordinal);
    }

    private static Training.Sampling.ExampleFacts Facts(TaskSpec task, MethodChoice? curriculum = null) =>
        TaskFacts.Of(new() { Tasks = [task], Curriculum = curriculum ?? new("none") }, task, "tasks[0]", Examples);

    private static MethodChoice Curriculum(string difficulty, bool anti) => new("linear") { Options = Loop.ToyRun.Options(("difficulty", difficulty), ("anti", anti)) };

    private static SourceExample Example(int number, string source, string level, int length, string answer)
    {
        int[] ids = [.. Enumerable.Range(1, length)];
        return new(number, new Row(Columns, [source, level, $"{number}"]), answer, new(ids, ids));
    }
}
