using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Core.Runs;

/// <summary>Makes the single-task baselines of a mix's run, matched in model, seed and examples, and knows which of them are equal.</summary>
public static class BaselinePlanner
{
    /// <summary>One baseline for each target task of a mix of at least two; none for a baseline or a single task.</summary>
    public static IReadOnlyList<RunSpec> For(RunSpec mix) =>
        mix.Baseline is not null || mix.Tasks.Count < 2 ? []
            : [.. mix.Tasks.Where(task => task.Role == "target").Select(task => For(mix, task.Name))];

    /// <summary>The baseline of one task: the mix's draws and rates, the other tasks' micro-batches skipped, no weighting.</summary>
    public static RunSpec For(RunSpec mix, string task) => mix with
    {
        Name = $"baseline {task} of {mix.Name}",
        Note = null,
        Weighting = new WeightingSpec { Name = "equal" },
        Training = mix.Training with
        {
            Accumulation = RunSpecValidator.EffectiveAccumulation(mix),
            // One task's loss is the same under the step's and the task's own count; the task's own is the policies' scale.
            LossMode = mix.Training.LossMode switch { "sample" or "task-sample" => "task-sample", _ => "task-token" },
        },
        Baseline = new BaselineSpec { Task = task, EveryTask = MethodCatalog.Get(MethodKind.Policy, mix.Weighting.Name).NeedsEveryTask && !mix.Weighting.AllowSubset },
    };

    /// <summary>
    /// A hash over all that decides a run's result: two specs with equal keys train the same, whatever they are called.
    /// Lists of baselines are searched by it, so that an equal one is reused.
    /// </summary>
    public static string Key(RunSpec spec)
    {
        var bare = spec with
        {
            Name = "",
            Note = null,
            Tags = [],
            Checkpoints = new(),
            Telemetry = new(),
            // Loss weights act through the fixed policy alone, which a baseline does not have.
            Tasks = spec.Baseline is null ? spec.Tasks : [.. spec.Tasks.Select(task => task with { LossWeight = 1, Metrics = task.Name == spec.Baseline.Task ? task.Metrics : [], PrimaryMetric = task.Name == spec.Baseline.Task ? task.PrimaryMetric : null })],
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(bare, WireJson.Compact))));
    }
}
