using MtlStudio.Core.Datasets;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Metrics;

public sealed class ChoiceTests
{
    [Fact]
    public void ChoiceRule_TakesTheReferencesChoice_PlainAndByCharacter()
    {
        var misses = new Misses();
        foreach (var item in MetricTexts.Cases("likelihood", "multiple_choice"))
        {
            double[] likelihoods = item["loglikelihoods"].Numbers();
            misses.Check($"{item["choices"]!.ToJsonString()} plain", ChoiceRule.Likeliest(likelihoods) == item["pred"].Whole());
            misses.Check($"{item["choices"]!.ToJsonString()} by character", ChoiceRule.LikeliestPerCharacter(likelihoods, item["choices"].Texts()) == item["pred_norm"].Whole());
        }
        misses.AssertNone(24);
    }

    [Fact]
    public void BitsPerByte_MeetsTheReference_OfTextsAndTheirCorpus()
    {
        var metric = MetricRegistry.Get("bits-per-byte");
        MetricExample Of(string text, double[] logs) => new("", [text]) { NegativeLogLikelihood = -logs.Sum(), Tokens = logs.Length, Bytes = System.Text.Encoding.UTF8.GetByteCount(text) };
        var misses = new Misses();
        foreach (var item in MetricTexts.Cases("likelihood", "sequence"))
            if (item["text"].Text().Length > 0) misses.Near(item["text"].Text(), item["bits_per_byte"].Number(), metric.Score(Of(item["text"].Text(), item["token_logprobs"].Numbers()))!.Value, 1e-9);
        var corpus = MetricTexts.Cases("likelihood", "corpus").Single();
        var examples = corpus["texts"].Texts().Select((text, i) => Of(text, corpus["token_logprobs"]![i].Numbers())).Where(example => example.Bytes > 0).ToList();
        Assert.InRange(metric.Score(examples, new()), 0.1, 20);
        misses.AssertNone(7);
    }

    [Theory]
    [InlineData("text", "blue")]
    [InlineData("index", "1")]
    [InlineData("number", "2")]
    [InlineData("letter", "b")]
    public void Render_FindsTheRightChoice_HoweverTheDataNamesIt(string answerIs, string answer)
    {
        var template = ChoiceTemplate.Parse(Task(answerIs), "tasks[0]");
        var example = template.Render(new(new(["q", "a", "b", "key"]), ["Sky?", "red", "blue", answer]));
        Assert.Equal(("Sky?\n", " blue"), (example.Prompt, example.Answer));
        Assert.Equal([" red", " blue"], example.Choices);
    }

    [Fact]
    public void Render_NamesTheField_WhenTheAnswerIsNoChoice()
    {
        var fault = Assert.Throws<InvalidInputException>(() => ChoiceTemplate.Parse(Task("index"), "tasks[0]").Render(new(new(["q", "a", "b", "key"]), ["Sky?", "red", "blue", "7"])));
        Assert.Equal("tasks[0].template.answer", Assert.Single(fault.Errors).Field);
        Assert.Contains("\"7\"", fault.Message);
        Assert.Equal("tasks[0].choices[1]", Assert.Single(ChoiceTemplate.Parse(Task("index"), "tasks[0]").Check(["q", "a", "key"])).Field[..19]);
    }

    private static TaskSpec Task(string answerIs) => new() { Kind = "multiple-choice", Template = new() { Prompt = "{q}\n", Answer = "{key}" }, Choices = [" {a}", " {b}"], AnswerIs = answerIs };
}
