using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.Start;

namespace MtlStudio.Web.Tests.Features.Start;

public sealed class StartRowTests : IDisposable
{
    private readonly SomeFiles files = new();

    [Fact]
    public void Check_IsSilent_AndTheExampleIsRendered_WhenNothingIsChanged()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]);
        Assert.True(row.Include);
        Assert.Empty(row.Check());
        Assert.Equal("This is review number 0.\nLabel (bad or good):", row.Render()!.Prompt);
        row.Example = 3;
        Assert.Equal(" bad", row.Render()!.Answer);
    }

    [Fact]
    public void Check_NamesColumnAndCure_WhenATemplateNamesNone()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]);
        row.SetPrompt("{txt}");
        var error = Assert.Single(row.Check());
        Assert.Equal("template.prompt", error.Field);
        Assert.Contains("{txt} at position 1 names no column of the data; there are text, label", error.Message, StringComparison.Ordinal);
        Assert.Null(row.Render());
        row.SetPrompt("{text}");
        row.SetAnswer("");
        Assert.Contains(row.Check(), fault => fault.Field == "template.answer");
    }

    [Fact]
    public void Check_OffersAName_WhenItsIsNone()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]) { Name = "my reviews!" };
        Assert.Contains("\"my-reviews\" would do", Assert.Single(row.Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetSkipBadRows_TakesTheRow_WhenNothingElseIsWrong()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews + "torn\n"))[0]);
        Assert.Equal((false, false, true), (row.Include, row.CanBeTask, row.CanSkip));
        row.SetSkipBadRows(true);
        Assert.Equal((true, true, true), (row.Include, row.CanBeTask, row.SkipBadRows));
        row.SetSkipBadRows(false);
        Assert.False(row.Include);
        Assert.False(new StartRow(files.Detect(("mostly.csv", "text,label\nfine,1\ntorn\ntorn\n"))[0]).CanSkip);
    }

    [Fact]
    public void SetKind_BringsTheKindsMetrics_AndSetPrimaryMetricAddsIt()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]);
        row.SetKind("generation");
        Assert.Equal("exact-match", row.Task.PrimaryMetric);
        row.SetPrimaryMetric("bleu");
        Assert.Equal("bleu", row.Task.Metrics[0]);
        Assert.Empty(row.Check());
        Assert.True(row.IsEdited);
    }

    [Fact]
    public void SetLabelWord_CallsLabelsOtherwise_InTheExample()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]);
        row.SetLabelWord("good", "fine");
        Assert.Equal(" fine", row.Render()!.Answer);
        Assert.Equal(2, row.Task.Template.LabelWords.Count);
        row.SetLabelWord("good", "");
        Assert.Empty(row.Task.Template.LabelWords);
    }

    [Fact]
    public void Take_KeepsWhatTheUserMade_WhenFilesAreAdded()
    {
        var draft = new StartDraft();
        draft.Take(files.Detect(("a_train.csv", SomeFiles.Reviews), ("bad.csv", "a,b\n1\n")));
        draft.Rows[0].Name = "mine";
        draft.Rows[0].SetPrompt("{text}?");
        Assert.Equal([true, false], draft.Rows.Select(row => row.Include));
        draft.Take(files.Detect(("a_train.csv", SomeFiles.Reviews), ("bad.csv", "a,b\n1\n"), ("a_test.csv", SomeFiles.Reviews)));
        Assert.Equal(("mine", "{text}?", 2), (draft.Rows[0].Name, draft.Rows[0].Task.Template.Prompt, draft.Rows[0].Guess.Files.Count));
        Assert.Single(draft.Included);
        Assert.True(draft.IsReady);
    }

    [Fact]
    public void IsReady_IsFalse_WhenTwoRowsAreCalledAlike()
    {
        var draft = new StartDraft();
        draft.Take(files.Detect(("a.csv", SomeFiles.Reviews), ("b.csv", SomeFiles.Reviews)));
        Assert.True(draft.IsReady);
        draft.Rows[1].Name = "a";
        Assert.True(draft.IsTaken(draft.Rows[1]));
        Assert.False(draft.IsReady);
        draft.Rows[1].Include = false;
        Assert.True(draft.IsReady);
    }

    [Fact]
    public void Restore_MakesTheRowsWhatTheyWere_ThoughFilesWereRegrouped()
    {
        (string, string)[] given = [("a.csv", SomeFiles.Reviews), ("b.csv", SomeFiles.Reviews), ("c.jsonl", SomeFiles.Questions)];
        var draft = new StartDraft { MixName = "ours" };
        draft.Take(files.Detect(given));
        draft.Replace([draft.Rows[0], draft.Rows[1]], One([(0, SplitNames.Train), (1, SplitNames.Test)])).Name = "both";
        draft.Rows[0].SetPrompt("{text}!");
        draft.Rows[1].Include = false;
        var kept = KeptStart.Of(draft);

        var anew = new StartDraft();
        anew.Take(files.Detect(given));
        anew.Restore(System.Text.Json.JsonSerializer.Deserialize<KeptStart>(System.Text.Json.JsonSerializer.Serialize(kept, WireJson.Compact), WireJson.Compact)!, One);
        Assert.Equal(("ours", 2), (anew.MixName, anew.Rows.Count));
        Assert.Equal(("both", "{text}!", true), (anew.Rows[0].Name, anew.Rows[0].Task.Template.Prompt, anew.Rows[0].Include));
        Assert.Equal([null, SplitNames.Test], anew.Rows[0].Guess.Files.Select(file => file.Split));
        Assert.False(anew.Rows[1].Include);

        DatasetGuess One(IReadOnlyList<(int File, string? Split)> chosen) =>
            DatasetDetector.DetectOne([.. chosen.Select(file => (file.File, new DetectFile(Path.Combine(files.Root, given[file.File].Item1)), file.Split))], cancellation: TestContext.Current.CancellationToken);
    }

    public void Dispose() => files.Dispose();
}
