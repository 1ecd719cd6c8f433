using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>What users get wrong, and what machines run out of: the message names field, value and cure.</summary>
public sealed class BadInputTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Run_NamesTheDimension_WhenARankIsOverIt()
    {
        var spec = TinyProject.Spec();
        spec["peft"]!["options"]!["rank"] = 512;
        Refused(spec, "peft.options.rank", "512", "give at most 16");
    }

    [Fact]
    public void Run_ListsWhatWouldMatch_WhenAnAdaptersTargetMatchesNothing()
    {
        var spec = TinyProject.Spec();
        spec["peft"]!["options"]!["targets"] = new JsonArray("query_key_value");
        Refused(spec, "peft.options.targets", "query_key_value", "q_proj");
    }

    [Fact]
    public void Run_NamesTheTasksData_WhenItHasNoExamples()
    {
        File.WriteAllText(project["empty.jsonl"], "");
        var spec = TinyProject.Spec();
        spec["tasks"]![0]!["data"]!["train"] = "empty.jsonl";
        Refused(spec, "tasks[0].data", "give");
    }

    [Fact]
    public void CheckVocabulary_NamesBothSizes_WhenTheTokenizerIsAnotherModels()
    {
        var tokenizer = Tokenizer.Load(project["model"]);
        var config = CausalLm.ReadConfigOf(project["model"]) with { VocabSize = 100 };
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => TrainingSession.CheckVocabulary(tokenizer, config)).Errors);
        Assert.Equal("model.path", error.Field);
        Assert.Contains($"The tokenizer has {tokenizer.VocabularySize:#,0} entries and the model 100", error.Message);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_HalvesItsMicroBatches_WhenTheSystemGivesNoMoreMemory()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/prlimit")) Assert.Skip("prlimit is Linux' own");
        var spec = TinyProject.Spec(steps: 2);
        spec["weighting"] = new JsonObject { ["name"] = "equal" };
        foreach (var task in spec["tasks"]!.AsArray()) task!["trainPrompt"] = true;
        spec["training"] = new JsonObject { ["steps"] = 2, ["microBatch"] = 4096, ["maxLength"] = 48 };
        spec["evaluation"] = new JsonObject { ["every"] = 0, ["examples"] = 2, ["samples"] = 0, ["test"] = false };
        project.WriteSpec("large.json", spec);
        var dir = project["large"];
        using var run = TinyProject.Start("run", "--spec", project["large.json"], "--dir", dir, "--threads", "1");
        var cancellation = TestContext.Current.CancellationToken;
        while (!run.HasExited && !(File.Exists(new RunFolder(dir).Events) && TinyProject.Events(dir).OfType<StartedEvent>().Any())) await Task.Delay(5, cancellation);
        // What it takes with the model loaded, and not enough beside it for 4,096 examples at once.
        var size = long.Parse(File.ReadLines($"/proc/{run.Id}/status").First(line => line.StartsWith("VmSize:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        using (var limit = Process.Start("/usr/bin/prlimit", ["--pid", $"{run.Id}", $"--as={(size + 200_000) * 1024}"])) await limit.WaitForExitAsync(cancellation);
        await run.WaitForExitAsync(cancellation);
        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains(TinyProject.Events(dir), e => e is AlarmEvent { Kind: "out-of-memory", MicroBatchLimit: < 4096 });
    }

    private void Refused(JsonObject spec, string field, params string[] words)
    {
        project.WriteSpec("bad.json", spec);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["bad.json"], "--dir", project[$"bad-{field.Length}-{words[0]}"], "--threads", "1");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(field, errors);
        foreach (var word in words) Assert.Contains(word, errors);
    }
}
