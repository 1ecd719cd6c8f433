using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>The commands that only read: validate, catalog, logits, generate, eval, inspect.</summary>
public sealed class ReadingCommandTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Validate_CountsTheExamples_WhenTheSpecIsGood()
    {
        var (code, output, errors) = TinyProject.Mtl("validate", "--spec", project["spec.json"], "--json");
        Assert.True(code == 0, errors);
        var tasks = JsonNode.Parse(output)!["tasks"]!.AsArray();
        Assert.Equal([40, 40], tasks.Select(task => task!["train"]!.GetValue<int>()));
        Assert.Equal(1, tasks.Sum(task => task!["plannedShare"]!.GetValue<double>()), 1e-12);
    }

    [Fact]
    public void Catalog_ListsEveryPolicy_AsJson()
    {
        var (code, output, _) = TinyProject.Mtl("catalog", "--json");
        Assert.Equal(0, code);
        var names = JsonNode.Parse(output)!["methods"]!.AsArray().Where(method => method!["kind"]!.GetValue<string>() == "policy").Select(method => method!["name"]!.GetValue<string>());
        Assert.Equal(["equal", "fixed", "uw", "dwa", "rlw", "gls", "log-loss", "imtl-l", "stch", "famo", "group-dro", "coba", "gradnorm", "pcgrad", "gradvac", "mgda", "cagrad", "imtl-g",
            "nash-mtl", "aligned-mtl", "fairgrad", "upgrad", "dualproj", "config", "graddrop", "excess-mtl", "db-mtl", "moco", "auto-lambda"], names);
    }

    [Fact]
    public void Devices_TellTheProcessor_AsJson()
    {
        var (code, output, errors) = TinyProject.Mtl("devices", "--json");
        Assert.True(code == 0, errors);
        var found = System.Text.Json.JsonSerializer.Deserialize<MachineDevices>(output, WireJson.Compact)!;
        Assert.Equal(Environment.ProcessorCount, found.Cpu.Threads);
        Assert.InRange(found.Cpu.Cores, 1, found.Cpu.Threads);
        Assert.True(found.Cpu.MemoryBytes > 0);
        Assert.Equal(TorchSharp.torch.cuda.is_available() ? TorchSharp.torch.cuda.device_count() : 0, found.Cuda.Count);
    }

    [Fact]
    public void Logits_HaveARowForEachToken_WhenRowsDifferInLength()
    {
        File.WriteAllText(project["ids.json"], """{"ids":[[1,2,3],[4]]}""");
        var (code, output, errors) = TinyProject.Mtl("logits", "--model", project["model"], "--input", project["ids.json"]);
        Assert.True(code == 0, errors);
        var logits = JsonNode.Parse(output)!["logits"]!.AsArray();
        Assert.Equal([3, 1], logits.Select(row => row!.AsArray().Count));
        Assert.Equal(JsonNode.Parse(File.ReadAllText(Path.Combine(project["model"], "config.json")))!["vocab_size"]!.GetValue<int>(), logits[0]![0]!.AsArray().Count);

        File.WriteAllText(project["ids.json"], """{"ids":[[1,999],[]]}""");
        var (wrong, _, faults) = TinyProject.Mtl("logits", "--model", project["model"], "--input", project["ids.json"]);
        Assert.Equal(ExitCodes.InvalidInput, wrong);
        Assert.Contains("ids[0]: ", faults);
        Assert.Contains("ids[1]: ", faults);
    }

    [Fact]
    public void Generate_GivesTheSameText_WhenAskedTwice()
    {
        string[] args = ["generate", "--model", project["model"], "--prompt", "The ship", "--max-new-tokens", "8", "--json", "--sample", "--seed", "3"];
        var first = TinyProject.Mtl(args);
        Assert.True(first.Code == 0, first.Errors);
        Assert.Equal(first.Output, TinyProject.Mtl(args).Output);
        Assert.InRange(JsonNode.Parse(first.Output)!["ids"]!.AsArray().Count, 1, 8);
    }

    [Fact]
    public void Eval_GivesTheRunsOwnScores_ForItsBestCheckpoint()
    {
        var dir = project["evaluated"];
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["spec.json"], "--dir", dir, "--threads", "1").Code);
        var recorded = TinyProject.Events(dir).OfType<EvaluationEvent>().Last(e => e.Split == "test");
        var (code, output, errors) = TinyProject.Mtl("eval", "--dir", dir, "--split", "test", "--json", "--threads", "1");
        Assert.True(code == 0, errors);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(recorded.Step, result["step"]!.GetValue<int>());
        Assert.Equal(recorded.Tasks[0].Loss, result["tasks"]![0]!["loss"]!.GetValue<double>(), 1e-6);
        Assert.Equal(recorded.UnifiedScore!.Value, result["unifiedScore"]!.GetValue<double>(), 1e-9);

        var inspected = TinyProject.Mtl("inspect", dir, "--json");
        Assert.Equal(0, inspected.Code);
        Assert.True(JsonNode.Parse(inspected.Output)!["finished"]!.GetValue<bool>());
        var checkpoint = TinyProject.Mtl("inspect", new RunFolder(dir).Checkpoint(8), "--json");
        Assert.Equal(8, JsonNode.Parse(checkpoint.Output)!["step"]!.GetValue<int>());
    }

    [Fact]
    public void Eval_ScoresAnyModel_OnATasksFile()
    {
        File.WriteAllText(project["task.json"], TinyProject.Spec()["tasks"]![1]!.ToJsonString());
        var (code, output, errors) = TinyProject.Mtl("eval", "--model", project["model"], "--task", project["task.json"], "--json", "--samples");
        Assert.True(code == 0, errors);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(8, result["tasks"]![0]!["examples"]!.GetValue<int>());
        Assert.Equal(8, result["samples"]!.AsArray().Count);
    }

    [Fact]
    public void Pretrain_GivesTheSameBytes_WhenRepeated()
    {
        foreach (var name in new[] { "first", "second" })
        {
            var (code, _, errors) = TinyProject.Mtl("pretrain", "--text", project["text.txt"], "--out", project[name], "--vocab", "290", "--hidden", "8", "--layers", "1", "--heads", "2",
                "--positions", "32", "--steps", "5", "--batch", "3", "--validation", "5", "--threads", "1");
            Assert.True(code == 0, errors);
        }
        foreach (var file in new[] { "model.safetensors", "tokenizer.json", "config.json" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(project["first"], file)), File.ReadAllBytes(Path.Combine(project["second"], file)));
    }
}
