using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>Tasks with output heads, from a spec's file to scores, checkpoints, exports and evaluations of those.</summary>
public sealed class HeadTaskTests(TinyProject project) : IClassFixture<TinyProject>
{
    private static readonly string[] Colors = ["red", "blue", "green"];

    [Theory, Trait("Category", "Slow")]
    [InlineData("pcgrad", "lora", "plain")]
    [InlineData("equal", "full", "packed")]
    [InlineData("excess-mtl", "lora", "by-length")]
    public void Run_TrainsEveryKindOfHead_AndItsExportScoresTheSame(string policy, string peft, string batching)
    {
        var name = $"heads-{policy}-{peft}";
        WriteData();
        var spec = Spec(policy, peft, batching);
        project.WriteSpec($"{name}.json", spec);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project[$"{name}.json"], "--dir", project[name], "--threads", "1");
        Assert.True(code == 0, errors);
        var events = TinyProject.Events(project[name]);
        var (first, last) = (events.OfType<EvaluationEvent>().First(e => e.Split == "validation"), events.OfType<EvaluationEvent>().Last(e => e.Split == "validation"));
        Assert.True(last.Tasks.Sum(task => task.Loss) < first.Tasks.Sum(task => task.Loss));
        foreach (var task in last.Tasks)
        {
            // ExcessMTL gives most to the task that is furthest behind: in eight steps another may wait.
            Assert.True(policy == "excess-mtl" || task.Loss < first.Tasks.Single(other => other.Task == task.Task).Loss, $"{task.Task} has not learned: {task.Loss}");
            Assert.All(task.Metrics, metric => Assert.True(double.IsFinite(metric.Value) || metric.Key is "pearson" or "spearman", $"{task.Task} {metric.Key}"));
        }
        Assert.Equal(["entity-f1", "tag-accuracy"], last.Tasks.Single(task => task.Task == "tags").Metrics.Keys.Order());
        var samples = events.OfType<SampleEvent>().ToList();
        Assert.All(samples.Where(sample => sample.Task == "color"), sample => Assert.Contains(sample.Output, Colors));
        Assert.All(samples.Where(sample => sample.Task == "length"), sample => Assert.InRange(double.Parse(sample.Output, System.Globalization.CultureInfo.InvariantCulture), 0, 60));
        Assert.All(samples.Where(sample => sample.Task == "tags"), sample => Assert.Matches("^color: (red|blue|green) ship$", sample.References[0]));

        (code, _, errors) = TinyProject.Mtl("export", "--dir", project[name], "--checkpoint", "8", "--out", project[$"{name}-out"], "--threads", "1");
        Assert.True(code == 0, errors);
        Assert.True(HeadFiles.AreIn(project[$"{name}-out"]));
        string[] target = peft == "full" ? ["--model", project[$"{name}-out"]] : ["--model", project["model"], "--adapter", project[$"{name}-out"]];
        var (_, output, _) = TinyProject.Mtl(["eval", .. target, "--task", project[$"{name}.json"], "--json", "--threads", "1"]);
        var scored = JsonNode.Parse(output)!["tasks"]!.AsArray();
        foreach (var task in last.Tasks)
            Assert.Equal(task.Loss, scored.Single(other => other!["task"]!.GetValue<string>() == task.Task)!["loss"]!.GetValue<double>(), 1e-6);
        if (peft == "full") return;
        (code, _, errors) = TinyProject.Mtl("export", "--dir", project[name], "--checkpoint", "8", "--merged", "--out", project[$"{name}-merged"], "--threads", "1");
        Assert.True(code == 0, errors);
        (_, output, _) = TinyProject.Mtl("eval", "--model", project[$"{name}-merged"], "--task", project[$"{name}.json"], "--json", "--threads", "1");
        foreach (var task in last.Tasks)
            Assert.Equal(task.Loss, JsonNode.Parse(output)!["tasks"]!.AsArray().Single(other => other!["task"]!.GetValue<string>() == task.Task)!["loss"]!.GetValue<double>(), 1e-4);
    }

    [Fact, Trait("Category", "Slow")]
    public void Run_GoesOnBitForBit_WhenItIsStoppedBetween()
    {
        WriteData();
        var spec = Spec("uw", "lora", "by-length");
        spec["regularization"] = JsonNode.Parse("""{"hiddenDropout":0.1,"rDrop":1,"labelSmoothing":0.1,"emaDecay":0.9}""");
        project.WriteSpec("whole.json", spec);
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["whole.json"], "--dir", project["whole"], "--threads", "1").Code);
        project.WriteSpec("halves.json", spec);
        Directory.CreateDirectory(project["halves"]);
        // The step after the first checkpoint's is torn away, and the run goes on from the checkpoint.
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["halves.json"], "--dir", project["halves"], "--threads", "1").Code);
        Directory.Delete(new RunFolder(project["halves"]).Checkpoint(8), recursive: true);
        var lines = File.ReadAllLines(new RunFolder(project["halves"]).Events);
        File.WriteAllLines(new RunFolder(project["halves"]).Events, lines[..^1]);
        var (code, _, errors) = TinyProject.Mtl("resume", "--dir", project["halves"], "--threads", "1");
        Assert.True(code == 0, errors);
        foreach (var file in new[] { HeadFiles.TensorFile, "adapter_model.safetensors" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(new RunFolder(project["whole"]).Checkpoint(8), file)), File.ReadAllBytes(Path.Combine(new RunFolder(project["halves"]).Checkpoint(8), file)));
    }

    [Fact, Trait("Category", "Slow")]
    public void Run_BeginsFromTheHeads_WhenItStartsFromAnAdapterThatHasThem()
    {
        WriteData();
        project.WriteSpec("before.json", Spec("equal", "lora", "plain"));
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["before.json"], "--dir", project["before"], "--threads", "1").Code);
        var spec = Spec("equal", "lora", "plain");
        spec["model"]!["adapter"] = new RunFolder(project["before"]).Checkpoint(8);
        project.WriteSpec("after.json", spec);
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["after.json"], "--dir", project["after"], "--threads", "1").Code);
        var (before, after) = (TinyProject.Events(project["before"]).OfType<EvaluationEvent>().Last(e => e.Split == "validation"), TinyProject.Events(project["after"]).OfType<EvaluationEvent>().First(e => e.Split == "validation"));
        Assert.All(after.Tasks, task => Assert.Equal(before.Tasks.Single(other => other.Task == task.Task).Loss, task.Loss, 1e-6));
    }

    [Fact]
    public void Validate_NamesTheField_WhenAHeadAndItsDataDoNotFit()
    {
        WriteData();
        string Errors(Action<JsonArray> change)
        {
            var spec = Spec("equal", "lora", "plain");
            change(spec["tasks"]!.AsArray());
            project.WriteSpec("odd.json", spec);
            var (code, _, errors) = TinyProject.Mtl("validate", "--spec", project["odd.json"]);
            Assert.NotEqual(0, code);
            return errors;
        }
        Assert.Contains("tasks[0].labels", Errors(tasks => tasks[0]!["labels"] = new JsonArray("red", "blue")));
        Assert.Contains("tasks[1].minimum", Errors(tasks => tasks[1]!.AsObject().Remove("minimum")));
        Assert.Contains("tasks[1].maximum", Errors(tasks => tasks[1]!["maximum"] = -1));
        Assert.Contains("is no number", Errors(tasks => tasks[1]!["template"]!["answer"] = "{text}"));
        Assert.Contains("tasks[3].template.prompt", Errors(tasks => tasks[3]!["template"]!["prompt"] = "words"));
        Assert.Contains("tags for", Errors(tasks => tasks[3]!["template"]!["answer"] = "{few}"));
        Assert.Contains("tasks[0].trainPrompt", Errors(tasks => tasks[0]!["trainPrompt"] = true));
    }

    private void WriteData()
    {
        foreach (var (split, count) in new[] { ("train", 36), ("validation", 9), ("test", 6) })
            File.WriteAllLines(project[$"heads.{split}.jsonl"], Enumerable.Range(0, count).Select(i =>
            {
                string[] words = ["the", Colors[i % 3], "ship", .. Enumerable.Repeat("stone", i % 4)];
                return new JsonObject
                {
                    ["text"] = string.Join(' ', words), ["color"] = Colors[i % 3], ["length"] = 10 * (i % 4), ["all"] = new JsonArray([.. i % 4 > 0 ? new JsonNode[] { Colors[i % 3], "stone" } : [Colors[i % 3]]]),
                    ["tokens"] = new JsonArray([.. words.Select(word => (JsonNode)word)]), ["tags"] = new JsonArray([.. words.Select((_, w) => (JsonNode)(w == 1 ? "B-color" : w == 2 ? "I-color" : "O"))]), ["few"] = new JsonArray("O", "O"),
                }.ToJsonString();
            }));
    }

    private static JsonObject Spec(string policy, string peft, string batching)
    {
        var spec = TinyProject.Spec();
        spec["weighting"] = new JsonObject { ["name"] = policy };
        spec["peft"] = peft == "full" ? new JsonObject { ["name"] = "full" } : JsonNode.Parse("""{"name":"lora","options":{"rank":2}}""");
        spec["optimizer"] = JsonNode.Parse("""{"name":"adamw","options":{"lr":0.02}}""");
        spec["training"]!["batching"] = batching;
        spec["evaluation"] = JsonNode.Parse("""{"every":4,"examples":0,"samples":3}""");
        spec["tasks"] = JsonNode.Parse("""
            [
              { "name": "color", "kind": "classification-head", "labels": ["red", "blue", "green"], "template": { "prompt": "{text}", "answer": "{color}" } },
              { "name": "length", "kind": "regression", "minimum": 0, "maximum": 60, "pooling": "mean", "template": { "prompt": "{text}", "answer": "{length}" } },
              { "name": "all", "kind": "multi-label", "template": { "prompt": "{text}", "answer": "{all}" } },
              { "name": "tags", "kind": "token-tagging", "template": { "prompt": "{tokens[]} : {tokens}", "answer": "{tags}" } },
              { "name": "say", "template": { "prompt": "say it:", "answer": " {text}" }, "maxNewTokens": 3 }
            ]
            """);
        foreach (var task in spec["tasks"]!.AsArray())
            task!["data"] = JsonNode.Parse("""{ "train": "heads.train.jsonl", "validation": "heads.validation.jsonl", "test": "heads.test.jsonl" }""");
        return spec;
    }
}
