using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

public sealed class RunFilterParserTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    [Theory]
    [InlineData("policy = pcgrad", "policy = pcgrad")]
    [InlineData("POLICY==pcgrad", "policy = pcgrad")]
    [InlineData("policy <> pcgrad", "policy != pcgrad")]
    [InlineData("state in (running, Queued)", "state in (running, Queued)")]
    [InlineData("state not in (failed)", "not state in (failed)")]
    [InlineData("name ~ \"four tasks\"", "name ~ \"four tasks\"")]
    [InlineData("name ~ 'it\\'s'", "name ~ \"it's\"")]
    [InlineData("tag = x", "tag = x")]
    [InlineData("created > 2d", "created > 2d")]
    [InlineData("created >= 2026-11-20T14:30", "created >= 2026-11-20T14:30")]
    [InlineData("took < 20min", "took < 20min")]
    [InlineData("metric(sentiment, accuracy) >= 0.9", "metric(sentiment,accuracy) >= 0.9")]
    [InlineData("metric (sentiment) >= 90%", "metric(sentiment) >= 90%")]
    [InlineData("metric/sentiment/accuracy > .5", "metric(sentiment,accuracy) > .5")]
    [InlineData("test(qa) is missing", "test(qa) is missing")]
    [InlineData("delta(sentiment) < 0 and verdict(qa) = hurt", "delta(sentiment) < 0 and verdict(qa) = hurt")]
    [InlineData("delta(qa, untuned) > -1%", "delta(qa,untuned) > -1%")]
    [InlineData("delta(qa, baseline) > 0", "delta(qa) > 0")]
    [InlineData("baseline is not missing", "not baseline is missing")]
    [InlineData("training.steps <= 300 and seed = 1", "training.steps <= 300 and seed = 1")]
    [InlineData("tasks[qa].share > 1", "tasks[qa].share > 1")]
    [InlineData("four words", "\"four\" and \"words\"")]
    [InlineData("four policy = uw", "\"four\" and policy = uw")]
    [InlineData("not four or (policy = uw and seed = 2)", "not \"four\" or (policy = uw and seed = 2)")]
    [InlineData("a or b and c", "\"a\" or (\"b\" and \"c\")")]
    [InlineData("not not a", "not not \"a\"")]
    [InlineData("note ~ \"or\"", "note ~ \"or\"")]
    [InlineData("note = \"\"", "note = \"\"")]
    [InlineData("archived = yes", "archived = yes")]
    [InlineData("model = sha256:ab/c", "model = sha256:ab/c")]
    public void Parse_ReadsTheLanguage(string text, string expected)
    {
        var filter = RunFilterParser.Parse(text, Now);
        Assert.Equal(expected, filter!.ToString());
        Assert.Equal(expected, RunFilterParser.Parse(filter.ToString(), Now)!.ToString());
    }

    [Theory]
    [InlineData("policy =", 8, "A value was expected")]
    [InlineData("policy", 6, "An operator was expected after policy: =, !=, ~, !~")]
    [InlineData("baseline qa", 9, "to look for the word itself, write \"baseline\" in quotes")]
    [InlineData("policy < 3", 7, "\"<\" does not go with policy: =, !=")]
    [InlineData("score ~ 3", 6, "\"~\" does not go with score")]
    [InlineData("score > high", 8, "score is compared with a number: \"high\" is none")]
    [InlineData("training.steps > many", 17, "\">\" compares numbers")]
    [InlineData("created = 2d", 8, "\"=\" does not go with created: <, <=, >, >=")]
    [InlineData("created > soon", 10, "created is compared with a date")]
    [InlineData("took < long", 7, "a time span (90s")]
    [InlineData("state = runing", 8, "There is no state \"runing\": queued, starting")]
    [InlineData("state in running", 9, "\"(\" was expected after \"in\"")]
    [InlineData("state in (running queued)", 18, "\",\" or \")\" was expected for the bracket at character 10")]
    [InlineData("state in ()", 10, "A state (queued")]
    [InlineData("archived = perhaps", 11, "archived is true or false")]
    [InlineData("(policy = uw", 12, "\")\" was expected for the bracket at character 1")]
    [InlineData("policy = uw)", 11, "This bracket closes nothing")]
    [InlineData("policy = uw and", 15, "A condition was expected")]
    [InlineData("and policy = uw", 0, "A condition was expected before \"and\"")]
    [InlineData("policy = uw or or", 15, "A condition was expected before \"or\"")]
    [InlineData("not", 3, "A condition was expected")]
    [InlineData("name ~ \"four", 7, "This text has no closing quote")]
    [InlineData("\"policy\" = uw", 0, "A column was expected before \"=\"")]
    [InlineData("policy ! uw", 7, "\"!\" is no operator")]
    [InlineData("baseline is here", 12, "\"missing\" or \"not missing\" was expected")]
    [InlineData("metrc(qa) > 1", 0, "There is no function \"metrc\": metric(…), test(…), delta(…), verdict(…) were expected")]
    [InlineData("metric() > 1", 7, "A task's name was expected")]
    [InlineData("metric(qa,) > 1", 10, "A metric's name was expected")]
    [InlineData("metric(qa, f1, x) > 1", 13, "\")\" was expected")]
    [InlineData("metric(\"a b\") > 1", 0, "A task's name was expected")]
    [InlineData("delta(qa, other) > 1", 0, "A task and perhaps a reference were expected")]
    [InlineData("metric(qa)", 10, "An operator was expected after metric(qa)")]
    [InlineData("= 3", 0, "A condition was expected before \"=\"")]
    [InlineData("policy = uw, seed = 1", 11, "\"and\", \"or\" or the end was expected before \",\"")]
    public void TryParse_PointsAtThePlace_AndSaysWhatWasExpected(string text, int at, string message)
    {
        Assert.Null(RunFilterParser.TryParse(text, Now, out var fault));
        Assert.Contains(message, fault!.Message);
        Assert.Equal(at, fault.At);
        Assert.InRange(fault.At + fault.Length, 0, text.Length);
        var refused = Assert.Throws<InvalidInputException>(() => RunFilterParser.Parse(text, Now));
        Assert.Equal($"{fault.Message} (at character {at + 1})", Assert.Single(refused.Errors, error => error.Field == "filter").Message);
    }

    [Fact]
    public void TryParse_RefusesWhatIsTooLongOrTooDeep_AndReadsNothingFromNothing()
    {
        Assert.Null(RunFilterParser.Parse("  ", Now));
        Assert.Null(RunFilterParser.TryParse(new string('x', 5000), Now, out var fault));
        Assert.Contains("at most 4,000", fault!.Message);
        Assert.Null(RunFilterParser.TryParse(new string('(', 1000), Now, out fault));
        Assert.Contains("50 deep", fault!.Message);
        Assert.Null(RunFilterParser.TryParse(string.Concat(Enumerable.Repeat("not ", 900)), Now, out fault));
        Assert.Contains("50 deep", fault!.Message);
    }

    [Fact]
    public void ToString_ReadsBackAsTheSameFilter_ForRandomFilters()
    {
        var random = new RandomFilters(new(1, "filters"));
        for (var i = 0; i < 500; i++)
        {
            var filter = random.Make(depth: 4);
            var text = filter.ToString();
            Assert.True(text == RunFilterParser.Parse(text, Now)?.ToString(), text);
        }
    }

    [Fact]
    public void TryParse_AnswersWithAFilterOrAFault_ForAnyText()
    {
        var random = new KeyedRandom(2, "texts");
        string[] pieces = ["policy", "=", "!=", "~", "<", "(", ")", ",", "\"", "'", "and", "or", "not", "in", "is", "missing", "metric(", "qa", "0.5", "2d", " ", " ", "!", "\\", "state", "running", "ü", "[", "x"];
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt(12)).Select(_ => pieces[random.NextInt(pieces.Length)]));
            var filter = RunFilterParser.TryParse(text, Now, out var fault);
            Assert.True(filter is null || fault is null, text);
            Assert.True(filter is not null || fault is not null || string.IsNullOrWhiteSpace(text), text);
            if (fault is not null) Assert.InRange(fault.At, 0, text.Length);
            if (filter is not null) Assert.True(filter.ToString() == RunFilterParser.Parse(filter.ToString(), Now)!.ToString(), text);
        }
    }
}
