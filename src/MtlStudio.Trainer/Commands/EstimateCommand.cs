using System.CommandLine;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl estimate</c>: what a run takes, before it is made; with <c>--probe</c> measured by its first steps.</summary>
internal static class EstimateCommand
{
    public static Command Create(CommandConsole console)
    {
        var spec = new Option<string>("--spec") { Description = "The run's spec (JSON).", HelpName = "FILE", Required = true };
        var probe = new Option<bool>("--probe") { Description = $"Make the first {RunProbe.Steps} steps in a folder that is removed again, and measure time and memory." };
        var (data, json, device, threads) = (SharedOptions.Data(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("estimate", "Says what memory and time a run takes, from its spec alone or by its first steps.") { spec, probe, data, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var file = Path.GetFullPath(parsed.GetValue(spec)!);
            var (read, folder) = (RunSpecReader.ReadFile(file), Path.GetDirectoryName(file)!);
            var dataFolder = parsed.GetValue(data) is { } given ? new DataFolder(given) : null;
            var shapes = ModelShapes.Read(TrainingSession.ResolveModel(read, folder, dataFolder).Model);
            var footprint = RunFootprint.Of(read, shapes);
            var measured = parsed.GetValue(probe)
                ? RunProbe.Measure(read, folder, dataFolder, ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads), read.Device), console) : null;
            var report = new Report(shapes.Parameters, footprint.Trained.Parameters, footprint.Memory.Bytes, footprint.Memory.Parts, footprint.Gradients.Describe(), footprint.MicroBatches, footprint.MicroBatches * footprint.MicroBatchCost, measured);
            if (parsed.GetValue(json)) console.Json(report);
            else Write(console.Output, report);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static void Write(TextWriter output, Report report)
    {
        output.WriteLine($"trains {report.Trained:#,0} of {report.Parameters:#,0} parameters; task gradients: {report.Gradients}");
        output.WriteLine($"memory at the peak: about {ByteText.Of(report.MemoryBytes)}");
        foreach (var part in report.Memory) output.WriteLine($"  {part.Title,-30} {ByteText.Of(part.Bytes),12}");
        output.WriteLine($"training: {report.Operations:0.00e+0} operations in {report.MicroBatches:#,0} micro-batches");
        if (report.Probe is not { } probe) return;
        output.WriteLine($"measured over {probe.Steps} steps: {probe.StepSeconds:0.000} s a step, so about {TimeSpan.FromSeconds(Math.Round(probe.TrainingSeconds))} of training and {TimeSpan.FromSeconds(Math.Round(probe.EvaluationSeconds))} of evaluation; memory {ByteText.Of(probe.PeakBytes)} at the peak");
        if (probe.MicroBatchLimit is { } limit) output.WriteLine($"memory ran out: at most {limit} examples went through the model at once");
    }

    /// <param name="MemoryBytes">The sum of <paramref name="Memory"/>.</param>
    /// <param name="Operations">Floating-point operations of the whole training.</param>
    private sealed record Report(long Parameters, long Trained, long MemoryBytes, IReadOnlyList<MemoryPart> Memory, string Gradients, long MicroBatches, double Operations, ProbeResult? Probe);
}
