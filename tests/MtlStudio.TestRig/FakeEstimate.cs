using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>What <c>mtl estimate --probe --json</c> would tell of a spec; one of more than 1,000 steps does not fit.</summary>
public static class FakeEstimate
{
    public static int Print(string[] args)
    {
        var spec = RunSpecReader.ReadFile(args[Array.IndexOf(args, "--spec") + 1]);
        if (spec.Training.Steps > 1000)
        {
            Console.Error.WriteLine("failed: There was not enough memory to load the model: choose a smaller one");
            return ExitCodes.Failed;
        }
        Console.WriteLine(JsonSerializer.Serialize(new { memoryBytes = 1L << 30, probe = new { steps = 3, stepSeconds = 0.25, trainingSeconds = 0.25 * spec.Training.Steps, evaluationSeconds = 2.0, peakBytes = 500_000_000L, microBatchLimit = 4 } }, WireJson.Compact));
        return ExitCodes.Done;
    }
}
