using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Templates;

public sealed class TaskTemplateTests
{
    private static Row RowOf(params (string Column, Cell Cell)[] cells) => new(new ColumnSet(cells.Select(cell => cell.Column)), [.. cells.Select(cell => cell.Cell)]);

    private static TaskSpec Task(string kind, string prompt, string answer) => new() { Kind = kind, Template = new() { Prompt = prompt, Answer = answer } };

    private static string[] WordsOf(RenderedExample example) => [.. example.Words.Select(word => example.Prompt[word.Start..word.End])];

    [Fact]
    public void Render_GivesOneLabel_WhenAHeadClassifies()
    {
        var task = Task(TaskKinds.HeadClassification, "{text}:", " {label}") with { Template = new() { Prompt = "{text}:", Answer = " {label}", LabelWords = new Dictionary<string, string> { ["0"] = "bad", ["1"] = "good" } } };
        var example = TaskTemplate.Of(task).Render(RowOf(("text", new("fine")), ("label", new("1", true))));
        Assert.Equal("fine:", example.Prompt);
        Assert.Equal(["good"], example.Labels);
        Assert.Equal("good", example.Answer);
    }

    [Theory]
    [InlineData("a, c ,a", false, "a|c")]
    [InlineData("[\"a\",\"c\"]", true, "a|c")]
    [InlineData("[]", true, "")]
    [InlineData("", false, "")]
    [InlineData("2", true, "2")]
    public void Render_GivesEachLabelOnce_WhenThereAreSeveral(string cell, bool json, string expected)
    {
        var example = TaskTemplate.Of(Task(TaskKinds.MultiLabel, "{text}", "{labels}")).Render(RowOf(("text", new("x")), ("labels", new(cell, json))));
        Assert.Equal(expected, string.Join('|', example.Labels));
        Assert.Equal(string.Join(", ", example.Labels), example.Answer);
    }

    [Fact]
    public void Render_GivesTheNumber_OrSaysWhatIsNone()
    {
        var template = TaskTemplate.Of(Task(TaskKinds.Regression, "{text}", "{score}"), "tasks[0]");
        Assert.Equal(-1.25, template.Render(RowOf(("text", new("x")), ("score", new("-1.25")))).Value);
        var fault = Assert.Throws<InvalidInputException>(() => template.Render(RowOf(("text", new("x")), ("score", new("many")))));
        Assert.Equal("tasks[0].template.answer", fault.Errors[0].Field);
    }

    [Fact]
    public void Render_TagsTheWordsOfTheLastPlace_WhenTokensAndTagsAreLists()
    {
        var example = TaskTemplate.Of(Task(TaskKinds.Tagging, "{tokens[]} =\n{tokens} .", "{tags}")).Render(RowOf(("tokens", new("[\"Ada\",\"'s\",\"desk\"]", true)), ("tags", new("[\"B-P\",\"O\",\"O\"]", true))));
        Assert.Equal("Ada 's desk =\nAda 's desk .", example.Prompt);
        Assert.Equal(["Ada", "'s", "desk"], WordsOf(example));
        Assert.Equal(["B-P", "O", "O"], example.Labels);
        Assert.Equal(14, example.Words[0].Start);
    }

    [Fact]
    public void Render_MakesTagsOfSpans_WhenPlacesCountCodePoints()
    {
        const string text = "😀 at 7, for tomorrow night";
        const string spans = """[{"slot":"date","valueSpan":{"startIndex":12,"endIndex":26}},{"slot":"time","valueSpan":{"startIndex":5,"endIndex":6}}]""";
        var example = TaskTemplate.Of(Task(TaskKinds.Tagging, "Tag: {text}", "{labels}")).Render(RowOf(("text", new(text)), ("labels", new(spans, true))));
        Assert.Equal(["😀", "at", "7", ",", "for", "tomorrow", "night"], WordsOf(example));
        Assert.Equal(["O", "O", "B-time", "O", "O", "B-date", "I-date"], example.Labels);
    }

    [Fact]
    public void Render_TagsEveryWordAsOutside_WhenNothingIsMarked()
    {
        var template = TaskTemplate.Of(Task(TaskKinds.Tagging, "{text}", "{labels}"));
        Assert.Equal("O O", template.Render(RowOf(("text", new("no slots")), ("labels", default))).Answer);
        // A start that is left out is 0; [start, end, label] is read too.
        Assert.Equal("B-n O", template.Render(RowOf(("text", new("15 people")), ("labels", new("""[{"label":"n","end":2}]""", true)))).Answer);
        Assert.Equal("O B-n", template.Render(RowOf(("text", new("15 people")), ("labels", new("""[[3,9,"n"]]""", true)))).Answer);
    }

    [Theory]
    [InlineData("""["B-x"]""", "1 tags for 2 words")]
    [InlineData("""[{"label":"n","start":3,"end":30}]""", "no span")]
    [InlineData("""[{"start":3,"end":5}]""", "no span")]
    public void Render_NamesTheFault_WhenTagsDoNotFit(string tags, string fault)
    {
        var thrown = Assert.Throws<InvalidInputException>(() => TaskTemplate.Of(Task(TaskKinds.Tagging, "{text}", "{tags}")).Render(RowOf(("text", new("two words")), ("tags", new(tags, true)))));
        Assert.Contains(fault, thrown.Errors[0].Message);
    }
}
