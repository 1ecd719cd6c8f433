using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Exports;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Exports;
using MtlStudio.Trainer.Runs;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl export</c>: a checkpoint as others load it, with a model card.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandConsole console)
    {
        var dir = new Option<string>("--dir") { Description = "The run's folder.", HelpName = "DIR", Required = true };
        var step = new Option<string>("--checkpoint") { Description = "A checkpoint's step, or \"best\" by unified score.", HelpName = "STEP|best", DefaultValueFactory = _ => "best" };
        var merged = new Option<bool>("--merged") { Description = "Work the adapter into the base model's weights: a whole model in Hugging Face layout." };
        var output = new Option<string>("--out") { Description = "The folder to write; it must not be there, or be empty.", HelpName = "DIR", Required = true };
        var references = new Option<string>("--references") { Description = "Scores that the card sets beside the run's: [{\"task\",\"split\",\"value\",\"source\"}] (JSON).", HelpName = "FILE" };
        var (task, data, json, device, threads) = (SharedOptions.Task(), SharedOptions.Data(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("export", "Writes a run's checkpoint as a PEFT adapter, or as a whole model in Hugging Face layout, with a model card.") { dir, step, merged, task, output, references, data, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var run = new RunFolder(parsed.GetValue(dir)!);
            if (!File.Exists(run.Spec)) throw new InvalidInputException("--dir", $"{run.Root} holds no run (there is no spec.json)");
            var final = Target(parsed.GetValue(output)!);
            var spec = RunSpecReader.ReadFile(run.Spec);
            var folder = (parsed.GetValue(data) ?? LaunchRecord.Read(run)?.Data) is { } path ? new DataFolder(path) : null;
            var chosen = parsed.GetValue(task);
            if (parsed.GetValue(merged) && ExportForms.HasTaskParts(spec) && (chosen is null || spec.Tasks.All(one => one.Name != chosen)))
                throw new InvalidInputException("--task", $"The run has parts of its own for each task, and a merged model holds one task's: name one of {string.Join(", ", spec.Tasks.Select(one => one.Name))}");
            var checkpoint = RunCheckpoint.Find(run, StepOf(parsed.GetValue(step)!), "--checkpoint");
            var form = ExportForms.Of(spec, parsed.GetValue(merged));
            var beside = References(parsed.GetValue(references));
            var (model, _) = form == ExportForms.Full ? (checkpoint.Folder, null) : TrainingSession.ResolveModel(spec, run.Root, folder);
            var name = BaseName(spec, run, folder);
            var card = ModelCard.Write(RunCard.Of(spec, RunCard.ReadEvents(run), checkpoint.Step, form, name, task => DataName(task, folder), beside));
            try
            {
                CheckpointExport.Write(form, checkpoint.Folder, model, name, card, spec.Model.Quantize, chosen, final, ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads)), what => console.Errors.WriteLine(what));
            }
            catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException && !Directory.Exists(checkpoint.Folder))
            {
                throw new InvalidInputException("--checkpoint", $"The checkpoint of step {checkpoint.Step} was removed while it was exported (the run trains on): choose one that is kept");
            }
            var files = Directory.EnumerateFiles(final, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => new { name = Path.GetRelativePath(final, file).Replace('\\', '/'), bytes = new FileInfo(file).Length }).ToList();
            if (parsed.GetValue(json)) console.Json(new { dir = final, step = checkpoint.Step, form, bytes = files.Sum(file => file.bytes), files });
            else console.Output.WriteLine($"step {checkpoint.Step} as {form}: {final}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static int? StepOf(string given) => given == "best" ? null
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step
        : throw new InvalidInputException("--checkpoint", $"Checkpoint must be a step or \"best\" (you gave \"{given}\")");

    private static string Target(string path)
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(final) || Directory.Exists(final) && Directory.EnumerateFileSystemEntries(final).Any())
            throw new InvalidInputException("--out", $"{final} is there already: name a new folder");
        if (Directory.Exists(final)) Directory.Delete(final);
        return final;
    }

    private static IReadOnlyList<CardReference> References(string? file)
    {
        if (file is null) return [];
        try
        {
            return JsonSerializer.Deserialize<List<CardReference>>(File.ReadAllText(file), WireJson.Compact) ?? [];
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            throw new InvalidInputException("--references", $"{file} cannot be read: {fault.Message}");
        }
    }

    /// <summary>As the library calls it; else the folder's name.</summary>
    private static string BaseName(RunSpec spec, RunFolder run, DataFolder? data)
    {
        try
        {
            var (folder, _) = TrainingSession.ResolveModel(spec, run.Root, data);
            return File.Exists(Path.Combine(folder, ModelManifest.FileName)) ? ModelImporter.ReadManifest(folder).Name : new DirectoryInfo(folder).Name;
        }
        catch (InvalidInputException) when (spec.Peft.Name == "full")
        {
            return spec.Model.Path; // a full model stands without the one it came from
        }
    }

    private static string DataName(DataRef task, DataFolder? data)
    {
        if (task.Dataset is not { } reference) return Path.GetFileName(task.Train) ?? "";
        if (!DataFolder.IsHash(reference)) return new DirectoryInfo(reference).Name;
        var hash = reference[DataFolder.HashPrefix.Length..];
        var folder = data is null ? null : Path.Combine(data.Datasets, hash);
        return folder is not null && File.Exists(Path.Combine(folder, DatasetManifest.FileName)) ? $"{DatasetVersion.ReadManifest(folder).Name} (sha256 {hash[..Math.Min(12, hash.Length)]})" : reference;
    }
}
