using System.Text;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Detection;

public sealed class DetectionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Detect_MakesOneDataset_WhenNamesSpeakOfSplits()
    {
        var guess = Assert.Single(Detect(("reviews_train.csv", Reviews(40)), ("reviews_dev.csv", Reviews(10)), ("reviews-test.csv", Reviews(10))));
        Assert.Equal("reviews", guess.Name);
        Assert.Equal([SplitNames.Train, SplitNames.Validation, SplitNames.Test], guess.Files.Select(file => file.Split));
        Assert.Null(guess.SplitReason);
    }

    [Fact]
    public void Detect_TakesWhatIsMissingFromTraining_WhenASplitHasNoFile()
    {
        var guess = Assert.Single(Detect(("train.csv", Reviews(40)), ("test.csv", Reviews(10))));
        Assert.Equal([null, SplitNames.Test], guess.Files.Select(file => file.Split));
        Assert.Equal((0.1, 0.0, "label"), (guess.Import.Split.Validation, guess.Import.Split.Test, guess.Import.Split.StratifyBy));
        Assert.Contains("no file for validation", guess.SplitReason, StringComparison.Ordinal);
        using var version = Import(guess);
        Assert.Equal((36, 4, 10), (version.Count("train"), version.Count("validation"), version.Count("test")));
    }

    [Fact]
    public void Detect_PutsPartsTogether_WhenNamesAreNumbered()
    {
        var guess = Assert.Single(Detect(("train-00000-of-00002.csv", Reviews(20)), ("train-00001-of-00002.csv", Reviews(20)), ("test-00000-of-00001.csv", Reviews(10))));
        Assert.Equal([null, null, SplitNames.Test], guess.Files.Select(file => file.Split));
    }

    [Fact]
    public void Detect_MakesTwoDatasets_WhenColumnsDiffer()
    {
        var guesses = Detect(("a_train.csv", Reviews(40)), ("a_test.csv", "question,answer\nWhat is this thing?,A long answer to it.\nAnd what is that one?,Another long answer.\n"));
        Assert.Equal([TaskForm.Classification, TaskForm.QuestionAnswering], guesses.Select(guess => guess.Form));
        Assert.Contains(guesses[1].Faults, fault => fault.Severity == FaultSeverity.Warning && fault.Message.Contains("not those of a_train.csv", StringComparison.Ordinal));
    }

    [Fact]
    public void Detect_SparesTheOthers_WhenOneFileIsBad()
    {
        var guesses = Detect(("good.csv", Reviews(20)), ("empty.csv", ""), ("torn.jsonl", "{\"a\":1}\n{\"a\":"), ("../../escape.csv", Reviews(20)));
        Assert.Equal([true, false, false, true], guesses.Select(guess => guess.IsReady));
        Assert.Contains(guesses[1].Faults, fault => fault is { File: "empty.csv", Line: null } && fault.Message.StartsWith("it is empty", StringComparison.Ordinal));
        Assert.Contains(guesses[2].Faults, fault => fault is { File: "torn.jsonl", Line: 2 });
        Assert.Equal("escape", guesses[3].Name);
    }

    [Theory]
    [InlineData("text,label\nfine,1\nbad\nfine,1\n", 3L, "it has 1 field, but the header has 2")]
    [InlineData("text,label\nfine,1\n\"bad,0\nfine,1\nok,0\n", 3L, "not closed")]
    [InlineData("text,text\nfine,1\nbad,0\n", 1L, "comes more than once")]
    [InlineData("text,label\n", null, "no rows")]
    public void Detect_NamesFileLineAndCure_WhenCsvIsBad(string text, long? line, string message)
    {
        var guess = Assert.Single(Detect(("bad.csv", text)));
        Assert.False(guess.IsReady);
        var fault = Assert.Single(guess.Faults);
        Assert.Equal(("bad.csv", line, FaultSeverity.Error), (fault.File, fault.Line, fault.Severity));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("semicolons.csv", ';')]
    [InlineData("bars.csv", '|')]
    [InlineData("commas.tsv", ',')]
    [InlineData("tabs.csv", '\t')]
    public void Detect_FindsTheDelimiter_WhateverTheNameSays(string name, char delimiter)
    {
        var guess = Assert.Single(Detect((name, Reviews(20).Replace(',', delimiter))));
        Assert.Equal((TaskForm.Classification, delimiter), (guess.Form, guess.Files[0].Format!.Delimiter!.Value));
        Assert.Empty(guess.Faults);
        using var version = Import(guess);
        Assert.Equal(["text", "label"], version.Columns);
    }

    [Theory]
    [InlineData("deep.jsonl", "", "\n")]
    [InlineData("deep.json", "[", "]")]
    public void Detect_NamesTheDepth_WhenJsonIsDeep(string name, string before, string after)
    {
        var fault = Assert.Single(Assert.Single(Detect((name, $"{before}{{\"a\":{new string('[', 200)}{new string(']', 200)}}}{after}"))).Faults);
        Assert.Equal((name, 1L), (fault.File, fault.Line!.Value));
        Assert.Contains("more than 64 deep", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detect_TakesNumbersForAnswers_WhenTheColumnIsNamedSo()
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{{\"question\":\"What comes after {i}?\",\"answer\":\"{i + 1}\"}}\n"));
        var guess = Assert.Single(Detect(("numbers.jsonl", rows)));
        Assert.Equal((TaskForm.QuestionAnswering, "generation", "number-match"), (guess.Form, guess.Task!.Kind, guess.Task.PrimaryMetric));
        Assert.Equal("Question: What comes after 0?\nAnswer:", guess.Example!.Prompt);
    }

    [Fact]
    public void Detect_TakesNullsAsNoValue_WhenRowsLackSome()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => i % 4 == 0 ? "{\"text\":null,\"label\":\"a\"}\n" : $"{{\"text\":\"Row number {i} of it.\",\"label\":\"{(i % 2 == 0 ? "a" : "b")}\"}}\n"));
        var guess = Assert.Single(Detect(("nulls.jsonl", rows)));
        Assert.True(guess.IsReady);
        Assert.Equal(5, guess.Columns[0].Empty);
    }

    [Fact]
    public void Detect_SaysWhichEncoding_WhenBytesAreNoUtf8()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"Smörgås “{i}”,{(i % 2 == 0 ? "bra" : "dålig")}\n"));
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes("text,label\n" + rows);
        var guess = Assert.Single(Detect(("w.csv", windows)));
        var fault = Assert.Single(guess.Faults);
        Assert.Equal((FaultSeverity.Warning, 2L), (fault.Severity, fault.Line!.Value));
        Assert.Contains("Windows-1252", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Smörgås “0”", fault.Message, StringComparison.Ordinal);
        using var version = Import(guess);
        Assert.Equal("dålig", version.Read(SplitNames.Train).First(row => row["label"] != "bra")["label"]);
    }

    [Fact]
    public void Detect_NamesThePlace_WhenUtf8IsDamaged()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("text,label\nSmörgås,bra\nKöttbullar,bra\nsur "), 0xFF, .. Encoding.UTF8.GetBytes(" fisk,dålig\n")];
        var fault = Assert.Single(Assert.Single(Detect(("d.csv", bytes))).Faults);
        Assert.Equal((FaultSeverity.Error, 4L), (fault.Severity, fault.Line!.Value));
        Assert.Contains("0xFF", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-8")]
    public void Detect_ReadsTheSame_WhenAByteOrderMarkStands(string encoding)
    {
        var writer = Encoding.GetEncoding(encoding);
        var guess = Assert.Single(Detect(("m.csv", [.. writer.GetPreamble(), .. writer.GetBytes(Reviews(20))])));
        Assert.Empty(guess.Faults);
        Assert.Equal(["text", "label"], guess.Columns.Select(column => column.Column));
    }

    [Fact]
    public void Detect_NamesTheLimit_WhenALineIsEnormous()
    {
        using (var writer = new StreamWriter(Path.Combine(folder.Root, "long.jsonl")))
        {
            writer.Write("{\"text\":\"");
            var part = new string('a', 1_000_000);
            for (var i = 0; i < 53; i++) writer.Write(part);
            writer.Write("\"}\n");
        }
        var fault = Assert.Single(Assert.Single(DatasetDetector.Detect([new(Path.Combine(folder.Root, "long.jsonl"))], TestContext.Current.CancellationToken).Datasets).Faults);
        Assert.Equal(("long.jsonl", 1L), (fault.File, fault.Line!.Value));
        Assert.Contains("longer than 32 MiB", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detect_Refuses_WhenThereAreNoFilesOrTooMany()
    {
        Assert.Equal("files", Assert.Single(Assert.Throws<InvalidInputException>(() => DatasetDetector.Detect([], TestContext.Current.CancellationToken)).Errors).Field);
        var many = Enumerable.Repeat(new DetectFile("x.csv"), DetectionLimits.Files + 1).ToList();
        Assert.Contains("you gave 51", Assert.Single(Assert.Throws<InvalidInputException>(() => DatasetDetector.Detect(many, TestContext.Current.CancellationToken)).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detect_NamesColumnsThatTemplatesCanHold_WhenTheirOwnNamesCannot()
    {
        var rows = string.Concat(Enumerable.Range(0, 12).Select(i => $"{{\" te{{x}}t \":\"Some text number {i}.\",\"label\":\"{(i % 2 == 0 ? "a" : "b")}\"}}\n"));
        var guess = Assert.Single(Detect(("odd.jsonl", rows)));
        Assert.Equal("{text}\nLabel (a or b):", guess.Task!.Template.Prompt);
        using var version = Import(guess);
        Assert.Equal(["text", "label"], version.Columns);
    }

    [Fact]
    public void DetectOne_TakesWhatIsSaid_WhateverTheNamesAre()
    {
        var (a, b) = (folder.Write("monday.csv", Reviews(30)), folder.Write("tuesday.csv", Reviews(10)));
        var guess = DatasetDetector.DetectOne([(4, new(b), SplitNames.Test), (2, new(a), SplitNames.Train)], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([(2, null), (4, SplitNames.Test)], guess.Files.Select(file => (file.File, file.Split)));
        Assert.Equal((0.1, 0.0), (guess.Import.Split.Validation, guess.Import.Split.Test));
        Assert.Equal([null, SplitNames.Validation], DatasetDetector.DetectOne([(0, new(a), null), (1, new(b), SplitNames.Validation)], cancellation: TestContext.Current.CancellationToken).Files.Select(file => file.Split));
        var other = folder.Write("other.csv", "question,answer\nWhat is it?,A thing.\nAnd that?,Another.\n");
        var odd = DatasetDetector.DetectOne([(0, new(a), null), (1, new(other), null)], cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("it has the columns question, answer, but monday.csv has text, label", Assert.Single(odd.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detect_GuessesOn_WhenSomeRowsAreBad()
    {
        var rows = Reviews(40).Split('\n').ToList();
        for (var i = 0; i < 30; i++) rows.Insert(2 + i, "torn");
        var guess = Assert.Single(Detect(("torn.csv", string.Join('\n', rows))));
        Assert.Equal((30, false, "classification"), (guess.BadRows, guess.IsReady, guess.Task!.Kind));
        Assert.All(guess.Faults, fault => Assert.True(fault.IsRow));
        Assert.Equal(20, guess.Faults.Count);
        using var version = DatasetVersion.Open(folder.Import([new ImportFile(Path.Combine(folder.Root, "torn.csv"))], guess.Import with { SkipBadRows = true }).Folder);
        Assert.Equal((40, 30), (version.Manifest.Splits.Values.Sum(split => split.Rows), version.Manifest.Skipped));
    }

    [Theory]
    [InlineData("labels.txt", "awful\nfair\ngreat\n", 0)]
    [InlineData("labels.json", "[\"awful\", \"fair\", \"great\"]", 1)]
    public void Detect_NamesNumberedLabels_WhenAListOfNamesLiesBeside(string name, string list, int from)
    {
        var guesses = Detect((name, list), ("train.csv", Numbered(from)));
        var data = guesses[1];
        Assert.Equal([(from, "awful"), (from + 1, "fair"), (from + 2, "great")], data.Task!.Template.LabelWords.Select(pair => (int.Parse(pair.Key), pair.Value)));
        Assert.Equal("{text}\nLabel (awful, fair or great):", data.Task.Template.Prompt);
        Assert.Equal(" awful", data.Example!.Answer);
        Assert.Contains($"counted from {from}", data.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal("It is no data to learn from: its names are the label words of train.csv", guesses[0].Later);
        Assert.Null(guesses[0].Task);
        // Said anew to be one dataset, it keeps them.
        var again = DatasetDetector.DetectOne([(0, new(Path.Combine(folder.Root, "train.csv")), null)], data.LabelNames, TestContext.Current.CancellationToken);
        Assert.Equal(data.Task.Template, again.Task!.Template with { LabelWords = data.Task.Template.LabelWords });
        Assert.Equal(data.Task.Template.LabelWords, again.Task.Template.LabelWords);
    }

    [Theory]
    [InlineData("labels.txt", "a\nb\n", "two names, three labels")]
    [InlineData("labels.txt", "a\nb\nc\nd\ne\nf\ng\n", "far more names than labels")]
    [InlineData("elsewhere/labels.txt", "a\nb\nc\n", "another folder")]
    public void Detect_LeavesLabelsAsTheyAre_WhenTheListMayNotBeTheirs(string name, string list, string why)
    {
        var guesses = Detect((name, list), ("train.csv", Numbered(0)));
        Assert.True(guesses[1].Task!.Template.LabelWords.Count == 0, why);
        Assert.Contains("none of the other files has labels that it numbers", guesses[0].Later, StringComparison.Ordinal);
    }

    private static string Numbered(int from) => "text,label\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"This is review number {i} of many.,{from + (i % 3)}\n"));

    private static string Reviews(int rows) =>
        "text,label\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"This is review number {i} of many.,{(i % 2 == 0 ? "good" : "bad")}\n"));

    private IReadOnlyList<DatasetGuess> Detect(params (string Name, string Text)[] files) => Detect([.. files.Select(file => (file.Name, new UTF8Encoding(false).GetBytes(file.Text)))]);

    private IReadOnlyList<DatasetGuess> Detect(params (string Name, byte[] Bytes)[] files) =>
        DatasetDetector.Detect([.. files.Select(file => new DetectFile(folder.Write(Path.GetFileName(file.Name), file.Bytes), file.Name))], TestContext.Current.CancellationToken).Datasets;

    private DatasetVersion Import(DatasetGuess guess) =>
        DatasetVersion.Open(folder.Import([.. guess.Files.Select(file => new ImportFile(Path.Combine(folder.Root, Path.GetFileName(file.Name)), file.Split))], guess.Import).Folder);

    public void Dispose() => folder.Dispose();
}
