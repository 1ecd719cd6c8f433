using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>Kinds of task from a spec's file to their scores.</summary>
public sealed class TaskKindTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Run_ScoresChoicesAndTexts_ByTheirLikelihood()
    {
        string[] colors = ["red", "blue", "green"];
        foreach (var split in new[] { "train", "validation", "test" })
            File.WriteAllLines(project[$"choice.{split}.jsonl"], File.ReadLines(project[$"color.{split}.jsonl"]).Select((line, i) => new JsonObject
            {
                ["text"] = JsonNode.Parse(line)!["text"]!.GetValue<string>(), ["options"] = new JsonArray([.. colors.Select((_, c) => (JsonNode)colors[(c + i) % 3])]),
                ["key"] = ((Array.IndexOf(colors, JsonNode.Parse(line)!["color"]!.GetValue<string>()) - i) % 3 + 3) % 3,
            }.ToJsonString()));
        var spec = TinyProject.Spec();
        var tasks = spec["tasks"]!.AsArray();
        tasks[0]!["kind"] = "multiple-choice";
        tasks[0]!.AsObject().Remove("labels");
        tasks[0]!["choices"] = new JsonArray(" {options}");
        tasks[0]!["answerIs"] = "index";
        tasks[0]!["template"]!["answer"] = "{key}";
        tasks[0]!["data"] = Data("choice");
        tasks[1]!["kind"] = "language-modeling";
        tasks[1]!["template"] = new JsonObject { ["answer"] = "say {word} again" };
        project.WriteSpec("kinds.json", spec);

        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["kinds.json"], "--dir", project["kinds"], "--threads", "1");
        Assert.True(code == 0, errors);
        var events = TinyProject.Events(project["kinds"]);
        foreach (var evaluation in events.OfType<EvaluationEvent>())
        {
            var (choice, text) = (evaluation.Tasks.Single(task => task.Task == "color"), evaluation.Tasks.Single(task => task.Task == "echo"));
            Assert.Equal(["accuracy", "accuracy-norm"], choice.Metrics.Keys.Order());
            Assert.All(choice.Metrics.Values, value => Assert.InRange(value, 0, 1));
            Assert.Equal(["bits-per-byte", "perplexity"], text.Metrics.Keys.Order());
            Assert.Equal(Math.Exp(text.Loss), text.Metrics["perplexity"], 1e-6);
            Assert.InRange(text.Metrics["bits-per-byte"], 0.1, 20);
        }
        var samples = events.OfType<SampleEvent>().Where(sample => sample.Task == "color").ToList();
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Contains(sample.Output, colors));
    }

    [Theory]
    [InlineData("classification")]
    [InlineData("classification-head")]
    public void Validate_Warns_WhenExamplesHaveALabelThatTrainingLacks(string kind)
    {
        foreach (var split in new[] { "train", "validation", "test" })
            File.WriteAllLines(project[$"mauve.{split}.jsonl"], File.ReadLines(project[$"color.{split}.jsonl"])
                .Select((line, i) => split == "validation" && i < 2 ? """{"text":"a ship","color":"mauve"}""" : line));
        var spec = TinyProject.Spec();
        var task = spec["tasks"]![0]!.AsObject();
        task.Remove("labels");
        (task["kind"], task["data"], spec["evaluation"]!["examples"]) = (kind, Data("mauve"), 1_000);
        project.WriteSpec("mauve.json", spec);

        var (code, _, errors) = TinyProject.Mtl("validate", "--spec", project["mauve.json"]);
        Assert.True(code == 0, errors);
        Assert.Contains("validation examples of color have a label unknown to the task (\"mauve\")", errors);
        Assert.DoesNotContain("test examples of color", errors);
    }

    [Fact]
    public void Validate_WarnsAndCuts_WhenExamplesMayBeLongerThanTheModelsPositions()
    {
        var spec = TinyProject.Spec();
        spec["training"]!["maxLength"] = 4096;
        project.WriteSpec("long.json", spec);
        var (code, _, errors) = TinyProject.Mtl("validate", "--spec", project["long.json"]);
        Assert.Equal(0, code);
        Assert.Contains("64 positions", errors);
    }

    [Fact]
    public void Validate_NamesTheField_WhenATaskHasNoExampleLeft()
    {
        var spec = TinyProject.Spec();
        spec["tasks"]![1]!["template"] = new JsonObject { ["answer"] = "" };
        project.WriteSpec("empty.json", spec);
        var (code, _, errors) = TinyProject.Mtl("validate", "--spec", project["empty.json"]);
        Assert.NotEqual(0, code);
        Assert.Contains("tasks[1].template.answer", errors);

        spec = TinyProject.Spec();
        spec["tasks"]![0]!["kind"] = "multiple-choice";
        spec["tasks"]![0]!.AsObject().Remove("labels");
        project.WriteSpec("choices.json", spec);
        Assert.Contains("tasks[0].choices", TinyProject.Mtl("validate", "--spec", project["choices.json"]).Errors);
    }

    private static JsonObject Data(string name) => new() { ["train"] = $"{name}.train.jsonl", ["validation"] = $"{name}.validation.jsonl", ["test"] = $"{name}.test.jsonl" };
}
