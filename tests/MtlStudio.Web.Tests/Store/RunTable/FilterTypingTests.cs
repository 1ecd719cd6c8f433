using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

public sealed class FilterTypingTests
{
    private static readonly RunColumnNames Names = new(["seed", "training.steps"], new Dictionary<string, IReadOnlyList<string>> { ["qa"] = ["f1", "loss"], ["sentiment"] = ["accuracy"] },
        new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, IReadOnlyList<string>> { ["qa"] = ["baseline"] }, new Dictionary<string, string>());

    [Theory]
    [InlineData("", FilterExpects.Column, "", null)]
    [InlineData("pol", FilterExpects.Column, "pol", null)]
    [InlineData("policy ", FilterExpects.Operator, "", "policy")]
    [InlineData("policy i", FilterExpects.Operator, "i", "policy")]
    [InlineData("policy =", FilterExpects.Value, "", "policy")]
    [InlineData("policy = pc", FilterExpects.Value, "pc", "policy")]
    [InlineData("policy = pcgrad ", FilterExpects.Joiner, "", "policy")]
    [InlineData("policy = pcgrad an", FilterExpects.Joiner, "an", "policy")]
    [InlineData("policy = pcgrad and ", FilterExpects.Column, "", null)]
    [InlineData("policy = pcgrad and sta", FilterExpects.Column, "sta", null)]
    [InlineData("not (st", FilterExpects.Column, "st", null)]
    [InlineData("state in (", FilterExpects.Value, "", "state")]
    [InlineData("state in (running, q", FilterExpects.Value, "q", "state")]
    [InlineData("state in (running) ", FilterExpects.Joiner, "", "state")]
    [InlineData("metric(", FilterExpects.Column, "metric(", null)]
    [InlineData("metric(qa, f", FilterExpects.Column, "metric(qa, f", null)]
    [InlineData("metric(qa,f1) ", FilterExpects.Operator, "", "metric(qa,f1)")]
    [InlineData("name ~ \"four ta", FilterExpects.Value, "four ta", "name")]
    public void At_KnowsWhatIsTyped(string text, FilterExpects expects, string typed, string? column)
    {
        var typing = FilterTyping.At(text);
        Assert.Equal((expects, typed, column), (typing.Expects, typing.Typed, typing.Column?.ToString()));
        Assert.Equal(text.Length - typed.Length - (text.Contains('"') ? 1 : 0), typing.From);
    }

    [Theory]
    [InlineData("metric(qa, f", "metric(qa,f1)", "metric(qa,f1) ")]
    [InlineData("not pol", "policy", "not policy ")]
    [InlineData("name ~ \"four ta", "four tasks", "name ~ \"four tasks\" ")]
    [InlineData("policy = ", "pcgrad", "policy = pcgrad ")]
    public void Accept_ReplacesTheTypedPiece(string text, string suggestion, string expected) => Assert.Equal(expected, FilterTyping.At(text).Accept(text, suggestion));

    [Fact]
    public void Suggest_OffersWhatFits()
    {
        Assert.Contains("training.steps", Suggest("step"));
        Assert.Equal(["metric(qa)", "metric(qa,f1)", "metric(qa,loss)"], Suggest("metric(qa"));
        Assert.Contains("delta(qa)", Suggest("Δ"));
        Assert.Equal(["=", "!=", "~", "!~", "in (", "is missing"], Suggest("policy "));
        Assert.Equal(["<", "<=", ">", ">=", "is missing"], Suggest("created "));
        Assert.Equal(["and", "or"], Suggest("seed = 1 "));

        static IEnumerable<string> Suggest(string text) => FilterTyping.At(text).Suggest(Names).Select(one => one.Text);
    }
}
