using System.CommandLine;
using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Studio;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl submit</c>, <c>mtl import</c> and <c>mtl backup</c>: they speak to a studio's API.</summary>
internal static class StudioCommands
{
    public static Command Submit(CommandConsole console)
    {
        var spec = new Argument<string>("SPEC") { Description = "A run's spec, or a study (JSON); files and models it names by path are sent along." };
        var baselines = new Option<bool>("--baselines") { Description = "Queue the single-task baselines too; equal ones are reused." };
        var priority = new Option<int>("--priority") { Description = "Higher runs first.", HelpName = "N" };
        var (studio, json) = (StudioOption(), SharedOptions.Json());
        var command = new Command("submit", "Queues a run, or a study, in a studio.") { spec, studio, baselines, priority, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            var path = Path.GetFullPath(parsed.GetValue(spec)!);
            if (File.Exists(path) && File.ReadAllText(path) is var text && StudyReading.IsStudy(text))
                return SubmitStudy(StudyReading.Read(text), Path.GetDirectoryName(path)!, parsed.GetValue(baselines), parsed.GetValue(priority), parsed.GetValue(studio), parsed.GetValue(json), console);
            var read = RunSpecReader.ReadFile(path);
            using var client = Client(parsed.GetValue(studio));
            var sent = SpecUpload.Send(read, Path.GetDirectoryName(path)!, client, console.Errors.WriteLine);
            var answer = client.Post($"runs?baselines={(parsed.GetValue(baselines) ? "true" : "false")}&priority={parsed.GetValue(priority)}", JsonSerializer.Serialize(sent, WireJson.Compact));
            if (parsed.GetValue(json)) console.Json(answer);
            else console.Output.WriteLine($"run {answer["id"]} is {answer["state"]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static int SubmitStudy(AnyStudy study, string folder, bool baselines, int priority, string? studio, bool json, CommandConsole console)
    {
        // Every fault before anything is sent.
        if (study.Policies is { } policies) _ = PolicyStudyPlan.Of(policies);
        else if (ShareStudyPlan.Check(study.Shares!) is { Count: > 0 } errors) throw new InvalidInputException(errors);
        using var client = Client(studio);
        var spec = SpecUpload.Send(study.Spec, folder, client, console.Errors.WriteLine);
        var sent = study.Policies is { } grid ? JsonSerializer.Serialize(grid with { Spec = spec, Baselines = grid.Baselines || baselines }, WireJson.Compact) : JsonSerializer.Serialize(study.Shares! with { Spec = spec }, WireJson.Compact);
        var answer = client.Post($"studies?priority={priority}", sent);
        if (json) console.Json(answer);
        else console.Output.WriteLine($"study {answer["id"]}: {answer["runs"]} runs are queued, {answer["reused"]} stand already, {answer["baselines"]} baselines are queued{(study.Shares is null ? "" : "; the others follow, each when the one before it has finished")}");
        return ExitCodes.Done;
    }

    public static Command Import(CommandConsole console)
    {
        var files = new Argument<string[]>("FILE") { Description = "Data files of one dataset (names as train, validation, test say their split), or one model's folder or zip.", Arity = ArgumentArity.ZeroOrMore };
        var (train, validation, test) = (Split("train"), Split("validation"), Split("test"));
        var name = new Option<string>("--name") { Description = "What lists call it; default: the first file's name." };
        var validationShare = new Option<double?>("--validation-share") { Description = "Share of rows for validation, where no split is given (default 0.1)." };
        var testShare = new Option<double?>("--test-share") { Description = "Share of rows for the test, where no split is given (default 0.1)." };
        var stratify = new Option<string>("--stratify-by") { Description = "A column whose values shall have the same shares in every split.", HelpName = "COLUMN" };
        var seed = new Option<long?>("--seed") { Description = "Of the division into splits." };
        var skip = new Option<bool>("--skip-bad-rows") { Description = "Leave out rows that cannot be read: they are counted and listed in the version's skipped.jsonl." };
        var detect = new Option<bool>("--detect") { Description = "Import nothing: print what the files (or those of folders) are taken for, with reasons and faults." };
        var (studio, data, json) = (StudioOption(), SharedOptions.Data(), SharedOptions.Json());
        data.Description = "Import into this data folder, without a studio.";
        var command = new Command("import", "Imports data files as an immutable dataset version, or a model's folder or zip.") { files, train, validation, test, name, validationShare, testShare, stratify, seed, skip, detect, studio, data, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            if (parsed.GetValue(detect)) return Detect(parsed.GetValue(files) ?? [], parsed.GetValue(json), console);
            List<(string? Split, string Path)> given = [.. ImportFile.FromNames(parsed.GetValue(files) ?? []).Select(file => (file.Split, file.Path))];
            foreach (var option in new[] { train, validation, test })
                given.AddRange((parsed.GetValue(option) ?? []).Select(path => ((string?)option.Name[2..], path)));
            var errors = given.Where(file => !Path.Exists(file.Path)).Select(file => new FieldError("FILE", $"{file.Path} is not there")).ToList();
            if (given.Count == 0) errors.Add(new("FILE", "There is no file: name at least one"));
            if (errors.Count > 0) throw new InvalidInputException(errors);
            var options = new ImportOptions { Name = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(given[0].Path.TrimEnd(Path.DirectorySeparatorChar)) };
            options = options with
            {
                SkipBadRows = parsed.GetValue(skip),
                Split = new()
                {
                    Validation = parsed.GetValue(validationShare) ?? options.Split.Validation, Test = parsed.GetValue(testShare) ?? options.Split.Test,
                    Seed = parsed.GetValue(seed) ?? options.Split.Seed, StratifyBy = parsed.GetValue(stratify),
                },
            };
            var reference = parsed.GetValue(data) is { } folder ? IntoFolder(given, options, new DataFolder(folder), console) : IntoStudio(given, options, parsed.GetValue(studio), console);
            if (parsed.GetValue(json)) console.Json(new { reference });
            else console.Output.WriteLine(reference);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static int Detect(IReadOnlyList<string> paths, bool json, CommandConsole console)
    {
        if (paths.Count == 0) throw new InvalidInputException("FILE", "There is no file: name at least one");
        var found = DatasetDetector.Detect([.. paths.SelectMany(path => FilesOfPath.Find(path, "FILE"))]);
        if (json) console.Json(found);
        else DetectReport.Write(console.Output, found);
        return found.Datasets.All(guess => guess.Faults.Any(fault => fault.Severity == FaultSeverity.Error)) ? ExitCodes.InvalidInput : ExitCodes.Done;
    }

    public static Command Backup(CommandConsole console)
    {
        var (studio, json) = (StudioOption(), SharedOptions.Json());
        var command = new Command("backup", "Lets a studio write a consistent copy of its database, while everything works on.") { studio, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = Client(parsed.GetValue(studio));
            var answer = client.Post("backup");
            if (parsed.GetValue(json)) console.Json(answer);
            else console.Output.WriteLine(answer["path"]?.ToString());
            return ExitCodes.Done;
        }));
        return command;
    }

    private static string IntoFolder(List<(string? Split, string Path)> files, ImportOptions options, DataFolder data, CommandConsole console)
    {
        data.Create();
        if (IsModel(files)) return ImportModel(files[0].Path, options.Name, data);
        var result = DatasetImporter.Import([.. files.Select(file => new ImportFile(file.Path, file.Split))], options, data);
        if (result.Manifest.Skipped is > 0 and var left)
            console.Errors.WriteLine($"{left} {(left == 1 ? "row" : "rows")} could not be read and {(left == 1 ? "was" : "were")} left out: see {Path.Combine(result.Folder, DatasetManifest.SkippedFileName)}");
        return result.Manifest.Reference;
    }

    private static string ImportModel(string path, string name, DataFolder data)
    {
        if (Directory.Exists(path)) return ModelImporter.Import(path, data, name).Reference;
        Directory.CreateDirectory(data.Uploads);
        var folder = Directory.CreateDirectory(Path.Combine(data.Uploads, Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            ModelArchive.Unpack(path, folder, Path.GetFileName(path));
            return ModelImporter.Import(folder, data, name).Reference;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string IntoStudio(List<(string? Split, string Path)> files, ImportOptions options, string? studio, CommandConsole console)
    {
        using var client = Client(studio);
        return IsModel(files)
            ? SpecUpload.SendModel(files[0].Path, client, console.Errors.WriteLine)
            : SpecUpload.SendDataset(files, JsonSerializer.Serialize(options, WireJson.Compact), client, console.Errors.WriteLine);
    }

    private static bool IsModel(List<(string? Split, string Path)> files) => files.Count(file => Directory.Exists(file.Path) || ModelArchive.Is(file.Path)) switch
    {
        0 => false,
        1 when files.Count == 1 => true,
        _ => throw new InvalidInputException("FILE", "A model's folder or zip is imported alone: name it without other files"),
    };

    internal static StudioClient Client(string? address) => new(address ?? Environment.GetEnvironmentVariable("MTL_STUDIO")
        ?? throw new InvalidInputException("--studio", "No studio is named: give its address with --studio URL, or in the environment as MTL_STUDIO"));

    internal static Option<string> StudioOption() => new("--studio") { Description = "The studio's address; default: MTL_STUDIO.", HelpName = "URL" };

    private static Option<string[]> Split(string name) => new($"--{name}") { Description = $"Files of the {name} split.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
}
