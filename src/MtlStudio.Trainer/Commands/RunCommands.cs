using System.CommandLine;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl run</c> and <c>mtl resume</c>.</summary>
internal static class RunCommands
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(2);

    public static Command Run(CommandConsole console)
    {
        var spec = new Option<string>("--spec") { Description = "The run's spec (JSON).", HelpName = "FILE", Required = true };
        var dir = new Option<string>("--dir") { Description = "The run's folder; made where it is not there.", HelpName = "DIR", Required = true };
        var (data, events, json, device, threads) = (SharedOptions.Data(), Events(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("run", "Trains a run from its spec.") { spec, dir, data, events, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var folder = new RunFolder(parsed.GetValue(dir)!);
            var specFile = Path.GetFullPath(parsed.GetValue(spec)!);
            var read = RunSpecReader.ReadFile(specFile);
            var dataFolder = DataOf(parsed.GetValue(data));
            Directory.CreateDirectory(folder.Root);
            using var held = Lock(folder);
            if (EventLogScan.Of(folder.Events).LastSeq > 0)
                throw new InvalidInputException("--dir", $"{folder.Root} holds a run already: go on with mtl resume --dir {folder.Root}, or name another folder");
            var compute = ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads), read.Device);
            if (specFile != folder.Spec) AtomicFile.WriteText(folder.Spec, System.Text.Json.JsonSerializer.Serialize(SpecPlacement.Rebase(read, Path.GetDirectoryName(specFile)!, folder.Root), WireJson.Indented));
            new LaunchRecord(dataFolder?.Root, compute.Device, compute.Threads).Write(folder);
            return Train(folder, dataFolder, compute, parsed.GetValue(events) == "-", parsed.GetValue(json), console);
        }));
        return command;
    }

    public static Command Resume(CommandConsole console)
    {
        var dir = new Option<string>("--dir") { Description = "The run's folder.", HelpName = "DIR", Required = true };
        var (data, events, json, device, threads) = (SharedOptions.Data(), Events(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("resume", "Goes on with a run from its newest checkpoint, bit for bit.") { dir, data, events, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var folder = new RunFolder(parsed.GetValue(dir)!);
            if (!File.Exists(folder.Spec)) throw new InvalidInputException("--dir", $"{folder.Root} holds no run (there is no spec.json): start one with mtl run");
            using var held = Lock(folder);
            if (EventLogScan.Of(folder.Events) is { Finished: true })
            {
                console.Errors.WriteLine($"finished already: {folder.Root}");
                return ExitCodes.Done;
            }
            var launch = LaunchRecord.Read(folder);
            var compute = ComputeChoice.Apply(parsed.GetValue(device) ?? launch?.Device, parsed.GetValue(threads) is var given and > 0 ? given : launch?.Threads ?? 0);
            return Train(folder, DataOf(parsed.GetValue(data) ?? launch?.Data), compute, parsed.GetValue(events) == "-", parsed.GetValue(json), console);
        }));
        return command;
    }

    private static int Train(RunFolder folder, DataFolder? data, ComputeChoice compute, bool mirror, bool json, CommandConsole console)
    {
        using var stdout = mirror ? Console.OpenStandardOutput() : null;
        var (outcome, step) = TrainingSession.Train(folder, data, compute, stdout, console);
        if (json && !mirror) console.Json(new { outcome, step, dir = folder.Root });
        else console.Errors.WriteLine($"{outcome} at step {step}: {folder.Root}");
        return outcome == RunOutcomes.Finished ? ExitCodes.Done : ExitCodes.Stopped;
    }

    private static RunLock Lock(RunFolder folder) => RunLock.TryTake(folder.Lock, LockPatience)
        ?? throw new InvalidInputException("--dir", $"{folder.Root} is being trained by process {RunLock.ReadHolder(folder.Lock)?.Pid}: wait for it, or stop it");

    private static DataFolder? DataOf(string? path) => path is null ? null
        : Directory.Exists(path) ? new DataFolder(path) : throw new InvalidInputException("--data", $"{path} is not there: name the studio's data folder");

    private static Option<string> Events()
    {
        var events = new Option<string>("--events") { Description = "\"-\": write every event to standard output as well, one JSON object a line.", HelpName = "-" };
        return events.AcceptOnlyFromAmong("-");
    }
}
