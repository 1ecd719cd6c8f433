using System.CommandLine;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl inspect</c>: what a checkpoint, model, tensor file, dataset or run folder holds.</summary>
internal static class InspectCommand
{
    public static Command Create(CommandConsole console)
    {
        var path = new Argument<string>("PATH") { Description = "A checkpoint, model or adapter folder, a .safetensors file, a dataset version, or a run's folder." };
        var json = SharedOptions.Json();
        var command = new Command("inspect", "Says what a checkpoint, dataset or run folder holds.") { path, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            var found = Describe(Path.GetFullPath(parsed.GetValue(path)!));
            if (parsed.GetValue(json)) console.Json(found);
            else foreach (var (name, value) in found) console.Output.WriteLine($"{name}: {Text(value)}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Dictionary<string, object?> Describe(string path)
    {
        if (File.Exists(path) && path.EndsWith(".safetensors", StringComparison.Ordinal)) return Tensors("tensors", path);
        if (!Directory.Exists(path)) throw new InvalidInputException("PATH", $"{path} is not there: name a folder or a .safetensors file");
        var run = new RunFolder(path);
        if (File.Exists(run.Spec)) return Run(run);
        if (File.Exists(Path.Combine(path, CheckpointManifest.FileName))) return Checkpoint(path);
        if (File.Exists(Path.Combine(path, DatasetManifest.FileName))) return Dataset(DatasetVersion.ReadManifest(path));
        if (File.Exists(Path.Combine(path, "adapter_model.safetensors"))) return Tensors("adapter", Path.Combine(path, "adapter_model.safetensors"));
        if (File.Exists(Path.Combine(path, "config.json"))) return Model(path);
        throw new InvalidInputException("PATH", $"{path} is no run, checkpoint, model, adapter or dataset version: name one of these");
    }

    private static Dictionary<string, object?> Run(RunFolder run)
    {
        var scan = EventLogScan.Of(run.Events);
        return new()
        {
            ["kind"] = "run", ["path"] = run.Root, ["attempts"] = scan.Attempts, ["events"] = scan.LastSeq, ["finished"] = scan.Finished,
            ["running"] = RunLock.IsHeld(run.Lock) ? RunLock.ReadHolder(run.Lock)?.Pid : null,
            ["checkpoints"] = CheckpointFiles.List(run).Select(found => CheckpointFiles.Read(found.Folder, out var fault) is { } manifest
                ? new Dictionary<string, object?> { ["step"] = found.Step, ["bytes"] = manifest.Files.Sum(file => file.Bytes), ["scores"] = manifest.Scores }
                : new Dictionary<string, object?> { ["step"] = found.Step, ["damaged"] = fault }).ToList(),
        };
    }

    private static Dictionary<string, object?> Checkpoint(string path)
    {
        var manifest = CheckpointFiles.Read(path, out var fault);
        if (manifest is null) return new() { ["kind"] = "checkpoint", ["path"] = path, ["damaged"] = fault };
        return new()
        {
            ["kind"] = "checkpoint", ["path"] = path, ["step"] = manifest.State.Step, ["seq"] = manifest.Seq, ["scores"] = manifest.Scores,
            ["examples"] = manifest.State.Examples, ["tokens"] = manifest.State.Tokens, ["files"] = manifest.Files,
        };
    }

    private static Dictionary<string, object?> Dataset(DatasetManifest manifest) => new()
    {
        ["kind"] = "dataset", ["name"] = manifest.Name, ["reference"] = manifest.Reference, ["columns"] = manifest.Columns,
        ["rows"] = manifest.Splits.ToDictionary(split => split.Key, split => split.Value.Rows), ["sources"] = manifest.Sources.Select(source => source.Name).ToList(),
    };

    private static Dictionary<string, object?> Model(string path)
    {
        var config = CausalLm.ReadConfigOf(path);
        using var weights = CheckpointFolder.Open(path);
        return new()
        {
            ["kind"] = "model", ["path"] = path, ["type"] = config.ModelType, ["layers"] = config.NumHiddenLayers, ["hidden"] = config.HiddenSize, ["heads"] = config.NumAttentionHeads,
            ["keyValueHeads"] = config.NumKeyValueHeads, ["vocabulary"] = config.VocabSize, ["positions"] = config.MaxPositionEmbeddings, ["tied"] = config.TieWordEmbeddings,
            ["parameters"] = weights.Names.Sum(name => weights.Entry(name).Elements), ["tensors"] = weights.Names.Count,
        };
    }

    private static Dictionary<string, object?> Tensors(string kind, string path)
    {
        using var file = SafetensorsFile.Open(path);
        return new()
        {
            ["kind"] = kind, ["path"] = path, ["parameters"] = file.Header.Tensors.Sum(tensor => tensor.Elements),
            ["tensors"] = file.Header.Tensors.Select(tensor => $"{tensor.Name} {tensor.Type} [{string.Join(", ", tensor.Shape)}]").ToList(),
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "–",
        string text => text,
        bool or int or long => value.ToString()!,
        _ => System.Text.Json.JsonSerializer.Serialize(value, WireJson.Compact),
    };
}
