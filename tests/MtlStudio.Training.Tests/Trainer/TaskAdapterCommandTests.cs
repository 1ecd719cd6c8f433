using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>A run whose tasks have adapters of their own, on frozen weights in few bits, from the spec to the export.</summary>
public sealed class TaskAdapterCommandTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Run_TrainsScoresAndExports_AnAdapterForEachTask()
    {
        var spec = TinyProject.Spec(steps: 4);
        spec["weighting"] = JsonNode.Parse("""{ "name": "equal" }""");
        spec["peft"] = JsonNode.Parse("""{ "name": "lora", "options": { "rank": 2, "sharing": "task" } }""");
        spec["optimizer"] = JsonNode.Parse("""{ "name": "adamw", "options": { "lr": 0.05 } }""");
        spec["model"]!["quantize"] = "int8";
        project.WriteSpec("own.json", spec);
        var dir = project["own"];
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["own.json"], "--dir", dir, "--threads", "1");
        Assert.True(code == 0, errors);
        var checkpoint = new RunFolder(dir).Checkpoint(4);
        Assert.True(File.Exists(Path.Combine(checkpoint, "tasks", "color", "adapter_model.safetensors")));
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("eval", "--dir", dir, "--json", "--threads", "1").Code);

        string[] ask = ["generate", "--model", project["model"], "--adapter", checkpoint, "--prompt", "say ship:", "--quantize", "int8"];
        var refused = TinyProject.Mtl(ask);
        Assert.Equal(ExitCodes.InvalidInput, refused.Code);
        Assert.Contains("--task: The adapter has parts of its own for tasks: name one of color, echo", refused.Errors);
        Assert.Contains("there are color, echo", TinyProject.Mtl([.. ask, "--task", "sound"]).Errors);
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl([.. ask, "--task", "echo"]).Code);

        File.WriteAllText(project["ids.json"], """{"ids":[[5,9,20,7]]}""");
        var (color, echo) = (Logits("--model", project["model"], "--adapter", checkpoint, "--task", "color", "--quantize", "int8"), Logits("--model", project["model"], "--adapter", checkpoint, "--task", "echo", "--quantize", "int8"));
        Assert.True(Furthest(color, echo) > 1e-3);
        Assert.Contains("name one of color, echo", TinyProject.Mtl("export", "--dir", dir, "--checkpoint", "4", "--merged", "--out", project["none"]).Errors);
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("export", "--dir", dir, "--checkpoint", "4", "--merged", "--task", "echo", "--out", project["echo"], "--threads", "1").Code);
        Assert.True(Furthest(echo, Logits("--model", project["echo"])) < 1e-4);
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("export", "--dir", dir, "--checkpoint", "4", "--out", project["both"], "--threads", "1").Code);
        Assert.True(Furthest(color, Logits("--model", project["model"], "--adapter", project["both"], "--task", "color", "--quantize", "int8")) == 0);
        Assert.True(Furthest(color, Logits("--model", project["model"], "--adapter", Path.Combine(project["both"], "tasks", "color"), "--quantize", "int8")) == 0);
        Assert.Contains("path/of/this/folder/tasks/TASK", File.ReadAllText(Path.Combine(project["both"], "README.md")));
    }

    private double[] Logits(params string[] args)
    {
        var (code, output, errors) = TinyProject.Mtl(["logits", .. args, "--input", project["ids.json"], "--threads", "1"]);
        Assert.True(code == 0, errors);
        return [.. JsonNode.Parse(output)!["logits"]![0]!.AsArray().SelectMany(row => row!.AsArray().Select(value => value!.GetValue<double>()))];
    }

    private static double Furthest(double[] one, double[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
}
