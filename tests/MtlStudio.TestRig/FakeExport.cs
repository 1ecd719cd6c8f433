using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>Keeps the contract of <c>mtl export</c>: a folder that appears whole, faults on standard error. Behaves as the run's tags say (<see cref="FakeTraits"/>).</summary>
public static class FakeExport
{
    public static int Run(string[] args)
    {
        string Option(string name) => args[Array.IndexOf(args, name) + 1];
        var (run, step, final) = (new RunFolder(Option("--dir")), int.Parse(Option("--checkpoint")), Option("--out"));
        var traits = new FakeTraits(JsonSerializer.Deserialize<RunSpec>(File.ReadAllText(run.Spec), WireJson.Compact)!);
        if (!Directory.Exists(run.Checkpoint(step)))
        {
            Console.Error.WriteLine($"--checkpoint: There is no checkpoint of step {step}: it may have been removed by retention");
            return ExitCodes.InvalidInput;
        }
        if (traits.ExportFails)
        {
            Console.Error.WriteLine("failed: The disk is full (No space left on device): free some space, then try again");
            return ExitCodes.Failed;
        }
        var temporary = Path.Combine(Path.GetDirectoryName(final)!, $".{Path.GetFileName(final)}.tmp");
        Directory.CreateDirectory(temporary);
        var weights = args.Contains("--merged") ? "model.safetensors" : "adapter_model.safetensors";
        File.WriteAllText(Path.Combine(temporary, weights), Weights(step));
        new ManualResetEventSlim().Wait(traits.ExportMs);
        File.WriteAllText(Path.Combine(temporary, args.Contains("--merged") ? "config.json" : "adapter_config.json"), """{"model_type":"llama"}""");
        File.WriteAllText(Path.Combine(temporary, "README.md"), $"references: {File.ReadAllText(Option("--references"))}");
        AtomicFile.PublishFolder(temporary, final);
        return ExitCodes.Done;
    }

    /// <summary>A safetensors file without a tensor, which names its step.</summary>
    public static string Weights(int step) => $$$"""{"__metadata__":{"step":"{{{step}}}"}}""" is var header ? $"{(char)header.Length}\0\0\0\0\0\0\0{header}" : "";
}
