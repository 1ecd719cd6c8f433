using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Loop;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl eval</c>: scores a run's best checkpoint on its own tasks, or any model on a task's file.</summary>
internal static class EvalCommand
{
    public static Command Create(CommandConsole console)
    {
        var dir = new Option<string>("--dir") { Description = "A run's folder: its best checkpoint is scored on its own tasks.", HelpName = "DIR" };
        var step = new Option<int?>("--step") { Description = "With --dir: the checkpoint of this step instead of the best.", HelpName = "N" };
        var model = SharedOptions.Model();
        var task = new Option<string>("--task") { Description = "With --model: a task as in a spec's \"tasks\" (JSON), or a spec with several.", HelpName = "FILE" };
        var split = new Option<string>("--split") { Description = "\"validation\" or \"test\".", DefaultValueFactory = _ => "validation" };
        split.AcceptOnlyFromAmong("validation", "test");
        var examples = new Option<int?>("--examples") { Description = "Validation examples per task; 0: all.", HelpName = "N" };
        var samples = new Option<bool>("--samples") { Description = "Include every output." };
        var (adapter, data, json, device, threads) = (SharedOptions.Adapter(), SharedOptions.Data(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("eval", "Scores a run's checkpoint or a model.") { dir, step, model, adapter, task, split, examples, samples, data, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var target = parsed.GetValue(dir) is { } run ? OfRun(new RunFolder(run), parsed.GetValue(step), parsed.GetValue(data))
                : parsed.GetValue(model) is { } folder && parsed.GetValue(task) is { } file ? OfModel(folder, parsed.GetValue(adapter), file, parsed.GetValue(data))
                : throw new InvalidInputException("--dir", "Name a run with --dir, or a model with --model and a task with --task");
            var result = Evaluate(target, parsed.GetValue(split)!, parsed.GetValue(examples), parsed.GetValue(samples),
                ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads)), console);
            if (parsed.GetValue(json)) console.Json(new { result.Scores.Step, result.Scores.Split, result.Scores.UnifiedScore, result.Scores.Tasks, result.Scores.Seconds, samples = result.Samples.Count > 0 ? result.Samples : null });
            else Print(result, console.Output);
            return ExitCodes.Done;
        }));
        return command;
    }

    private sealed record Target(RunSpec Spec, string SpecFolder, DataFolder? Data, string Model, string? Adapter, int Step);

    private static Target OfRun(RunFolder run, int? step, string? data)
    {
        if (!File.Exists(run.Spec)) throw new InvalidInputException("--dir", $"{run.Root} holds no run (there is no spec.json)");
        var spec = RunSpecReader.ReadFile(run.Spec);
        var folder = (data ?? LaunchRecord.Read(run)?.Data) is { } path ? new DataFolder(path) : null;
        var at = RunCheckpoint.Find(run, step, "--step");
        var (model, _) = TrainingSession.ResolveModel(spec, run.Root, folder);
        return spec.Peft.Name == "full" ? new(spec, run.Root, folder, at.Folder, null, at.Step) : new(spec, run.Root, folder, model, at.Folder, at.Step);
    }

    /// <summary>A task alone is a mix of one.</summary>
    private static Target OfModel(string model, string? adapter, string file, string? data)
    {
        var path = Path.GetFullPath(file);
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw new InvalidInputException("--task", $"{path} cannot be read: {exception.Message}");
        }
        if (node is not JsonObject given) throw new InvalidInputException("--task", "It must be a JSON object: a task as in a spec, or a spec");
        var spec = given.ContainsKey("tasks") ? given : new JsonObject { ["tasks"] = new JsonArray(given.DeepClone()) };
        spec["model"] = new JsonObject { ["path"] = Path.GetFullPath(model) };
        return new(RunSpecReader.Read(spec), Path.GetDirectoryName(path)!, data is null ? null : new DataFolder(data), model, adapter, 0);
    }

    private static EvaluationResult Evaluate(Target target, string split, int? examples, bool samples, ComputeChoice compute, CommandConsole console)
    {
        using var loaded = LoadedModel.Load(target.Model, target.Adapter, compute, target.Spec.Model.Quantize);
        var tokenizer = loaded.Tokenizer();
        var spec = target.Spec with
        {
            Evaluation = target.Spec.Evaluation with { Examples = examples ?? target.Spec.Evaluation.Examples, Samples = samples ? int.MaxValue : 0, TestSamples = samples ? int.MaxValue : 0, Test = split == "test" },
        };
        var mix = new MixLoader(spec, target.SpecFolder, target.Data, tokenizer, loaded.Model.Config.MaxPositionEmbeddings).Load();
        var evaluator = new ModelEvaluator(loaded.Model, tokenizer, mix.Evaluated, spec.Evaluation.Decoding, spec.Seed) { Progress = new EvaluationProgress(console.Errors).Report };
        var result = evaluator.Evaluate(target.Step, split, () => false)!;
        return result.Scores.Tasks.Count > 0 ? result : throw new InvalidInputException("--split", $"No task has {split} examples: choose the other split, or add examples");
    }

    private static void Print(EvaluationResult result, TextWriter output)
    {
        foreach (var task in result.Scores.Tasks)
            output.WriteLine($"{task.Task}: loss {task.Loss:0.0000} over {task.Examples:#,0} examples; {string.Join(", ", task.Metrics.Select(metric => $"{metric.Key} {metric.Value:0.0000}"))}");
        if (result.Scores.UnifiedScore is { } unified) output.WriteLine($"unified score {unified:0.0000}");
        foreach (var sample in result.Samples) output.WriteLine($"\n{sample.Task} {sample.Example}: {sample.Input}\n  → {sample.Output}\n  = {string.Join(" | ", sample.References)}");
    }
}
