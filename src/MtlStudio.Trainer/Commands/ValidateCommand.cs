using System.CommandLine;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Models;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl validate</c>: everything that is wrong with a spec, and with the files it names, before anything is trained.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandConsole console)
    {
        var spec = new Option<string>("--spec") { Description = "The spec (JSON).", HelpName = "FILE", Required = true };
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var command = new Command("validate", "Checks a spec and the model and data it names.") { spec, data, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            try
            {
                var report = Check(Path.GetFullPath(parsed.GetValue(spec)!), parsed.GetValue(data) is { } folder ? new DataFolder(folder) : null);
                if (parsed.GetValue(json)) console.Json(report);
                else
                    foreach (var task in report.Tasks)
                        console.Output.WriteLine($"{task.Name}: {task.Train:#,0} training, {task.Validation:#,0} validation, {task.Test:#,0} test examples; {task.Dropped:#,0} dropped; planned share {task.PlannedShare:P1}");
                foreach (var warning in report.Warnings) console.Errors.WriteLine($"warning: {warning}");
                return ExitCodes.Done;
            }
            catch (InvalidInputException fault) when (parsed.GetValue(json))
            {
                console.Json(new { valid = false, fault.Errors });
                throw;
            }
        }));
        return command;
    }

    private static Report Check(string specFile, DataFolder? data)
    {
        var spec = RunSpecReader.ReadFile(specFile);
        var folder = Path.GetDirectoryName(specFile)!;
        var (modelFolder, _) = TrainingSession.ResolveModel(spec, folder, data);
        var config = CausalLm.ReadConfigOf(modelFolder);
        var tokenizer = Tokenizer.Load(modelFolder);
        TrainingSession.CheckVocabulary(tokenizer, config);
        var mix = new MixLoader(spec, folder, data, tokenizer, config.MaxPositionEmbeddings).Load();
        var shares = Core.Sampling.SampledMix.Of(spec, [.. mix.Tasks.Select(task => task.Train.Count)]).PlannedShares;
        return new(true, [.. mix.Tasks.Select((task, k) => new TaskReport(task.Name, task.Train.Count, task.ValidationExamples, task.TestExamples, task.Dropped, shares[k]))], mix.Warnings);
    }

    private sealed record Report(bool Valid, IReadOnlyList<TaskReport> Tasks, IReadOnlyList<string> Warnings);

    private sealed record TaskReport(string Name, int Train, int Validation, int Test, int Dropped, double PlannedShare);
}
