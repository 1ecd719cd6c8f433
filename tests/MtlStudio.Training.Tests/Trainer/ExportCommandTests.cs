using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

public sealed class ExportCommandTests(ExportCommandTests.TrainedProject trained) : IClassFixture<ExportCommandTests.TrainedProject>
{
    private TinyProject Project => trained.Project;

    [Fact]
    public void Merged_GivesTheSameLogits_WhenItIsImportedAsAModel()
    {
        var (code, output, errors) = TinyProject.Mtl("export", "--dir", trained.Lora, "--checkpoint", "8", "--merged", "--out", Project["merged"], "--threads", "1", "--json");
        Assert.True(code == 0, errors);
        Assert.Equal((8, "merged"), (JsonNode.Parse(output)!["step"]!.GetValue<int>(), JsonNode.Parse(output)!["form"]!.GetValue<string>()));
        foreach (var file in new[] { "config.json", "model.safetensors", "tokenizer.json", "generation_config.json", "README.md" })
            Assert.True(File.Exists(Path.Combine(Project["merged"], file)), file);

        var data = new DataFolder(Project["data"]);
        data.Create();
        var manifest = ModelImporter.Import(Project["merged"], data, "merged", cancellation: TestContext.Current.CancellationToken);
        var imported = Path.Combine(data.Models, manifest.Hash);
        var tuned = Logits("--model", Project["model"], "--adapter", new RunFolder(trained.Lora).Checkpoint(8));
        Near(tuned, Logits("--model", imported), 1e-5);
        // The adapter changes something: else the test above could not fail.
        Assert.True(Furthest(tuned, Logits("--model", Project["model"])) > 1e-3);
    }

    [Fact]
    public void Adapter_LoadsOnTheBaseModel_AndNamesItAsOthersKnowIt()
    {
        var (code, _, errors) = TinyProject.Mtl("export", "--dir", trained.Lora, "--out", Project["adapter"], "--threads", "1");
        Assert.True(code == 0, errors);
        Assert.Equal(["README.md", "adapter_config.json", "adapter_model.safetensors"], Directory.EnumerateFiles(Project["adapter"]).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal("model", JsonNode.Parse(File.ReadAllText(Path.Combine(Project["adapter"], "adapter_config.json")))!["base_model_name_or_path"]!.GetValue<string>());
        var best = TinyProject.Mtl("eval", "--dir", trained.Lora, "--json", "--threads", "1");
        var step = JsonNode.Parse(best.Output)!["step"]!.GetValue<int>();
        Near(Logits("--model", Project["model"], "--adapter", new RunFolder(trained.Lora).Checkpoint(step)), Logits("--model", Project["model"], "--adapter", Project["adapter"]), 0);
    }

    [Fact]
    public void Full_IsAWholeModel_WithoutTheOptimizersState()
    {
        var (code, output, errors) = TinyProject.Mtl("export", "--dir", trained.Full, "--checkpoint", "4", "--out", Project["full"], "--threads", "1", "--json");
        Assert.True(code == 0, errors);
        Assert.Equal("full", JsonNode.Parse(output)!["form"]!.GetValue<string>());
        Assert.DoesNotContain(Directory.EnumerateFiles(Project["full"]), path => path.Contains("optimizer") || path.EndsWith("checkpoint.json", StringComparison.Ordinal));
        Near(Logits("--model", new RunFolder(trained.Full).Checkpoint(4)), Logits("--model", Project["full"]), 0);
    }

    [Fact]
    public void Card_TellsScoresDataPolicyAndLimits_BesideTheGivenReferences()
    {
        File.WriteAllText(Project["references.json"], """[{"task":"color","split":"validation","value":0.75,"source":"single-task baseline, run 44, step 8"}]""");
        Assert.Equal(0, TinyProject.Mtl("export", "--dir", trained.Lora, "--checkpoint", "8", "--out", Project["carded"], "--references", Project["references.json"]).Code);
        var card = File.ReadAllText(Path.Combine(Project["carded"], "README.md"));
        var scores = TinyProject.Events(trained.Lora).OfType<EvaluationEvent>().Where(e => e.Split == "validation").ToDictionary(e => e.Step, e => e.Tasks[0].Metrics["accuracy"]);
        Assert.StartsWith("---\nlibrary_name: peft\nbase_model: \"model\"\n", card);
        Assert.Contains("# tiny, step 8", card);
        Assert.Contains($"| color | accuracy ↑, % | {100 * scores[8]:0.0} | {100 * scores[0]:0.0} |", card);
        Assert.Contains("| 75.0 on validation (single-task baseline, run 44, step 8) |", card);
        Assert.Contains("| echo | generation | echo.train.jsonl | 40 | 50 % | 1 | `say {word}:` |", card);
        Assert.Contains("- weighting policy: pcgrad", card);
        Assert.Contains("fine-tuning: lora (dropout 0.1, rank 2)", card);
        Assert.Contains("are of 4 examples a task", card);
        Assert.Contains("| seed | 1 |", card);
    }

    [Fact]
    public void Export_NamesTheFault_WhenItCannotBeDone()
    {
        Directory.CreateDirectory(Project["taken"]);
        File.WriteAllText(Path.Combine(Project["taken"], "something"), "");
        Refused("--checkpoint", "There is no checkpoint of step 5: it may have been removed by retention; choose among 4, 8", "--dir", trained.Lora, "--checkpoint", "5", "--out", Project["none"]);
        Refused("--checkpoint", "must be a step or \"best\" (you gave \"first\")", "--dir", trained.Lora, "--checkpoint", "first", "--out", Project["none"]);
        Refused("--out", "is there already", "--dir", trained.Lora, "--out", Project["taken"]);
        Refused("--dir", "holds no run", "--dir", Project["nothing"], "--out", Project["none"]);
        Refused("--references", "cannot be read", "--dir", trained.Lora, "--out", Project["none"], "--references", Project["nothing"]);
        Assert.False(Directory.Exists(Project["none"]));
    }

    [Fact]
    public void Export_SaysThatACheckpointIsDamaged()
    {
        var dir = Project["damaged"];
        CopyFolder(trained.Lora, dir);
        var file = Path.Combine(new RunFolder(dir).Checkpoint(4), "adapter_model.safetensors");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^8]);
        Refused("--checkpoint", "The checkpoint of step 4 is damaged (adapter_model.safetensors has ", "--dir", dir, "--checkpoint", "4", "--out", Project["none"]);
    }

    private static void Refused(string field, string message, params string[] args)
    {
        var (code, _, errors) = TinyProject.Mtl(["export", .. args]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.StartsWith($"{field}: ", errors);
        Assert.Contains(message, errors);
    }

    private double[] Logits(params string[] model)
    {
        File.WriteAllText(Project["ids.json"], """{"ids":[[1,7,30,52,110,3,9,44]]}""");
        var (code, output, errors) = TinyProject.Mtl(["logits", .. model, "--input", Project["ids.json"], "--threads", "1"]);
        Assert.True(code == 0, errors);
        return [.. JsonNode.Parse(output)!["logits"]![0]!.AsArray().SelectMany(row => row!.AsArray().Select(value => value!.GetValue<double>()))];
    }

    private static void Near(double[] expected, double[] actual, double within)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(Furthest(expected, actual), 0, within);
    }

    private static double Furthest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>A LoRA run and a full one of eight steps.</summary>
    public sealed class TrainedProject : IDisposable
    {
        public TrainedProject()
        {
            // A high rate: what is learned must be seen in the logits.
            Lora = Train("lora", spec => spec["optimizer"] = JsonNode.Parse("""{"name":"adamw","options":{"lr":0.02}}"""));
            Full = Train("whole", spec => spec["peft"] = JsonNode.Parse("""{"name":"full"}"""));
        }

        public TinyProject Project { get; } = new();
        public string Lora { get; }
        public string Full { get; }

        public void Dispose() => Project.Dispose();

        private string Train(string name, Action<JsonObject> change)
        {
            var spec = TinyProject.Spec();
            spec["checkpoints"] = JsonNode.Parse("""{"every":4,"keepLast":4}""");
            change(spec);
            Project.WriteSpec($"{name}.json", spec);
            var (code, _, errors) = TinyProject.Mtl("run", "--spec", Project[$"{name}.json"], "--dir", Project[name], "--threads", "1");
            Assert.True(code == 0, errors);
            return Project[name];
        }
    }
}
