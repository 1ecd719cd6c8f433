using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>What the first steps of a run took, as <c>mtl estimate --probe</c> tells it.</summary>
public sealed record RunTrial(int Steps, double StepSeconds, double TrainingSeconds, double EvaluationSeconds, long PeakBytes, int? MicroBatchLimit);

/// <summary>Makes the first steps of a run before it is launched, one run at a time.</summary>
public sealed class RunTrials(TrainerProgram program, NodeDevices devices, DataFolder data) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    /// <exception cref="InvalidInputException">It could not be tried; the message says why and what cures it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public async Task<RunTrial> TryAsync(RunSpec spec, CancellationToken cancellation)
    {
        var device = devices.All.FirstOrDefault(device => device.Kind == spec.Device.Kind)
            ?? throw new InvalidInputException("device.kind", $"The studio has no {spec.Device.Kind} device to try it on: choose another device");
        await one.WaitAsync(cancellation);
        var folder = Directory.CreateTempSubdirectory("mtl-trial-");
        try
        {
            var file = Path.Combine(folder.FullName, "spec.json");
            AtomicFile.WriteText(file, JsonSerializer.Serialize(spec, WireJson.Compact));
            string[] call = ["estimate", "--spec", file, "--data", data.Root, "--probe", "--json"];
            var outcome = await TrainerCall.RunAsync(program.CallOn(device, device.Kind == "cpu" ? call : [.. call, "--device", device.Name]), cancellation);
            if (outcome.Code != ExitCodes.Done) throw new InvalidInputException("trial", outcome.Fault);
            using var report = JsonDocument.Parse(outcome.Output);
            return report.RootElement.GetProperty("probe").Deserialize<RunTrial>(WireJson.Compact)!;
        }
        catch (TrainerStartException fault)
        {
            throw new InvalidInputException("trial", fault.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();
}
