using System.Text.Json;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Templates;

public sealed class PromptTemplateTests
{
    [Theory]
    [InlineData("Review: {text}\nSentiment:", "Review:  two words \nSentiment:")]
    [InlineData("{{{text}}}", "{ two words }")]
    [InlineData("{{text}} {count}{ label }", "{text} 30")]
    [InlineData("{list}", "[\"a\",2]")]
    [InlineData("[{nothing}]", "[]")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    public void Render_FillsPlaces_WhenColumnsAreThere(string prompt, string expected) =>
        Assert.Equal(expected, PromptTemplate.Parse(new() { Prompt = prompt, Answer = "x" }).Render(Example()).Prompt);

    [Theory]
    [InlineData("{label}", "negative")]
    [InlineData(" {label}.", " negative.")]
    [InlineData("{label} of {text}", "negative of  two words ")]
    public void Render_UsesLabelWords_WhenTheAnswerHasARawValue(string answer, string expected)
    {
        var template = PromptTemplate.Parse(new() { Prompt = "{label}", Answer = answer, LabelWords = Words("0", "negative") });
        var example = template.Render(Example());
        Assert.Equal(("0", expected), (example.Prompt, example.Answer));
        Assert.Equal([expected], example.References);
    }

    [Fact]
    public void Render_JoinsTheItems_WhenAPlaceWantsAList()
    {
        var columns = new ColumnSet(["source", "plain", "odd[]"]);
        var row = new Row(columns, [new Cell("[\"One.\",\"Two.\",3]", IsJson: true), new Cell("text"), new Cell("own")]);
        var template = PromptTemplate.Parse(new() { Prompt = "{source[]}|{plain[]}|{odd[]}|{source}", Answer = "{source[]}" });
        Assert.Equal("One. Two. 3|text|own|[\"One.\",\"Two.\",3]", template.Render(row).Prompt);
        Assert.Equal(["One. Two. 3"], template.Render(row).References);
        Assert.Contains("{none[]} at position 1 names no column", Assert.Single(PromptTemplate.Parse(new() { Prompt = "{none[]}", Answer = "x" }).Check(columns.Names)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_GivesAReferenceAnItem_WhenTheAnswerIsAList()
    {
        var example = PromptTemplate.Parse(new() { Prompt = "", Answer = "Summary: {list}", LabelWords = Words("a", "first", "2", "second") }).Render(Example());
        Assert.Equal(["Summary: first", "Summary: second"], example.References);
        Assert.Equal("Summary: first", example.Answer);
        Assert.Equal([""], PromptTemplate.Parse(new() { Answer = "{empty}" }).Render(Example()).References);
        Assert.Equal(["[\"a\",2] 3"], PromptTemplate.Parse(new() { Answer = "{list} {count}" }).Render(Example()).References);
        Assert.Equal(["[1] stays text"], PromptTemplate.Parse(new() { Answer = "{bracket}" }).Render(Example()).References);
    }

    [Theory]
    [InlineData("a } b", "x", "t.prompt", "the } at position 3 closes nothing")]
    [InlineData("a {text", "x", "t.prompt", "the { at position 3 is not closed")]
    [InlineData("a {te{xt}", "x", "t.prompt", "the { at position 3 is not closed")]
    [InlineData("a { }", "x", "t.prompt", "the {} at position 3 names no column")]
    [InlineData("a", "", "t.answer", "it is empty")]
    [InlineData("a", "}", "t.answer", "the } at position 1 closes nothing")]
    public void Parse_NamesFieldAndPosition_WhenBracesDoNotMatch(string prompt, string answer, string field, string message)
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => PromptTemplate.Parse(new() { Prompt = prompt, Answer = answer }, "t")).Errors);
        Assert.Equal(field, error.Field);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NamesEveryMissingColumn_WhenTheDataHasOthers()
    {
        var template = PromptTemplate.Parse(new() { Prompt = "{text} {colour}", Answer = "{mark}" }, "tasks[0].template");
        Assert.Equal(["text", "colour", "mark"], template.Columns);
        var expected = new[]
        {
            new FieldError("tasks[0].template.prompt", "{colour} at position 8 names no column of the data; there are text, label: write one of them"),
            new FieldError("tasks[0].template.answer", "{mark} at position 1 names no column of the data; there are text, label: write one of them"),
        };
        Assert.Equal(expected, template.Check(["text", "label"]));
        Assert.Equal(expected, Assert.Throws<InvalidInputException>(() => template.Render(new Row(new(["text", "label"]), ["a", "b"]))).Errors);
        Assert.Empty(template.Check(["mark", "colour", "text"]));
    }

    [Fact]
    public void Render_NamesTheValue_WhenALabelHasNoWords()
    {
        var template = PromptTemplate.Parse(new() { Answer = "{label}", LabelWords = Words("1", "positive") });
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => template.Render(Example())).Errors);
        Assert.Equal("template.labelWords", error.Field);
        Assert.StartsWith("the value \"0\" has no words; there are words for 1", error.Message, StringComparison.Ordinal);
    }

    private static Row Example()
    {
        var columns = new ColumnSet();
        using var json = JsonDocument.Parse("{\"text\":\" two words \",\"count\":3,\"label\":\"0\",\"list\":[\"a\",2],\"empty\":[],\"nothing\":null,\"bracket\":\"[1] stays text\"}");
        return new JsonRowParser(columns).Parse(json.RootElement, out _)!;
    }

    private static Dictionary<string, string> Words(params string[] pairs) =>
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
}
