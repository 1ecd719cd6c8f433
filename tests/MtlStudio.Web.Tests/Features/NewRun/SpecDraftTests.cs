using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.NewRun;

namespace MtlStudio.Web.Tests.Features.NewRun;

public sealed class SpecDraftTests
{
    private static RunSpec Spec => new()
    {
        Name = "two",
        Model = new() { Path = "sha256:" + new string('0', 64) },
        Tasks = [.. new[] { "qa", "sum" }.Select(name => new TaskSpec { Name = name, Data = new() { Dataset = "d" }, Template = new() { Prompt = "{q}", Answer = "{a}" } })],
    };

    [Fact]
    public void Set_KeepsFormAndTextTogether_WhenAFieldChanges()
    {
        var draft = new SpecDraft(Spec);
        draft.Set("training.steps", 7);
        draft.Set("tasks[1].lossWeight", 2.5);
        Assert.Equal(7, draft.Spec!.Training.Steps);
        Assert.Equal(2.5, draft.Spec.Tasks[1].LossWeight);
        Assert.Contains("\"steps\": 7", draft.Text);
        Assert.Equal([("tasks[sum].lossWeight", "1", "2.5"), ("training.steps", "300", "7")], draft.Differences().Select(one => (one.Field, one.Values[0], one.Values[1])).Order());
    }

    [Fact]
    public void Set_NamesTheFaultAndKeepsTheValue_WhenItIsWrong()
    {
        var draft = new SpecDraft(Spec);
        draft.Set("training.steps", "many");
        Assert.Null(draft.Spec);
        Assert.Equal(["training.steps"], draft.Errors.Keys);
        Assert.Equal("many", draft.Get("training.steps")!.ToString());
        Assert.Equal(["training"], FormSections.All.Where(section => section.Faults(draft) > 0).Select(section => section.Key));
        draft.Set("training.steps", null);
        Assert.Equal(300, draft.Spec!.Training.Steps);
    }

    [Fact]
    public void Set_MakesTheObjectsOnTheWay_WhenAnOptionIsNew()
    {
        var draft = new SpecDraft(Spec);
        draft.Set("peft.options.rank", 4);
        Assert.Equal(4, draft.Spec!.Peft.Options["rank"].GetInt32());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    public void SetText_KeepsWhatWasWritten_WhenItIsNoSpec(string text)
    {
        var draft = new SpecDraft(Spec);
        draft.SetText(text);
        Assert.Equal(text, draft.Text);
        Assert.Null(draft.Spec);
        Assert.Equal(["spec"], draft.Errors.Keys);
    }

    [Fact]
    public void SetText_MovesTheForm_WhenTheTextIsASpec()
    {
        var draft = new SpecDraft(Spec);
        var node = JsonNode.Parse(draft.Text)!;
        node["seed"] = 9;
        draft.SetText(node.ToJsonString());
        Assert.Equal("9", draft.Get("seed")!.ToString());
        Assert.Equal(9, draft.Spec!.Seed);
    }

    [Fact]
    public void RemoveTask_TakesTheRightOne_WhenThereAreSeveral()
    {
        var draft = new SpecDraft(Spec);
        draft.RemoveTask(0);
        Assert.Equal(["sum"], draft.Spec!.Tasks.Select(task => task.Name));
        draft.AddTask(Spec.Tasks[0]);
        Assert.Equal(["sum", "qa"], draft.Spec!.Tasks.Select(task => task.Name));
    }

    [Fact]
    public void Begin_AppliesTheChangesOfTheAddress_AndDropsOptionsOfAnotherMethod()
    {
        var parent = Spec with { Weighting = new() { Name = "dwa", Options = new Dictionary<string, System.Text.Json.JsonElement> { ["T"] = System.Text.Json.JsonElement.Parse("3") } } };
        var changes = new[] { "weighting.name=\"pcgrad\"", "training.steps=50", "tasks[9].share=2", "nonsense" }.Select(FieldChange.Parse).OfType<FieldChange>().ToList();
        var draft = new SpecDraft(new FormStart("run 3", parent, "two · pcgrad", changes));
        Assert.Empty(draft.Errors);
        Assert.Equal(("two · pcgrad", "pcgrad", 0, 50), (draft.Spec!.Name, draft.Spec.Weighting.Name, draft.Spec.Weighting.Options.Count, draft.Spec.Training.Steps));
        Assert.False(draft.IsChanged);
        Assert.Equal(["training.steps", "weighting.name", "weighting.options.T"], draft.Differences().Select(one => one.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Set_RefusesAPathThatLeadsNowhere_WhenTheTextHoldsSomethingElseThere()
    {
        var draft = new SpecDraft(Spec);
        draft.SetText("""{"tasks": 5, "model": "x"}""");
        Assert.False(draft.Set("tasks[0].share", 1));
        Assert.True(draft.Set("model.path", "y"));
        Assert.Equal("y", draft.Get("model.path")!.ToString());
        Assert.Contains("tasks", draft.Errors.Keys);
    }

    [Fact]
    public void Differences_StandAsTheyWere_WhileAFaultIsMended()
    {
        var draft = new SpecDraft(Spec);
        draft.Set("training.steps", 7);
        draft.Set("seed", "x");
        Assert.Equal(["training.steps"], draft.Differences().Select(one => one.Field));
    }
}
