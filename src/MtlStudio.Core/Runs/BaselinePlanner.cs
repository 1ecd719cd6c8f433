using MtlStudio.Core.Catalog;

namespace MtlStudio.Core.Runs;

/// <summary>Makes the single-task baselines of a mix's run, matched in model, seed and examples, one for each target task.</summary>
public static class BaselinePlanner
{
    /// <summary>One baseline for each target task of a mix of at least two; none for a baseline or a single task.</summary>
    public static IReadOnlyList<RunSpec> For(RunSpec mix) =>
        mix.Baseline is not null || mix.Tasks.Count < 2 ? []
            : [.. mix.Tasks.Where(task => task.Role == "target").Select(task => For(mix, task.Name))];

    /// <summary>
    /// The baseline of one task: the mix's draws and rates, the other tasks' micro-batches skipped, no weighting. What does
    /// not act on it takes its default, so that mixes that differ in nothing else share their baselines
    /// (<see cref="SpecIdentity"/> finds equal ones).
    /// </summary>
    public static RunSpec For(RunSpec mix, string task) => mix with
    {
        Name = $"{mix.Name} · baseline {task}",
        Note = null,
        Tags = [],
        Tasks = [.. mix.Tasks.Select(other => other.Name == task ? other with { LossWeight = 1 } : Drawn(other))],
        Weighting = new WeightingSpec { Name = "equal" },
        Training = mix.Training with
        {
            Accumulation = RunSpecValidator.EffectiveAccumulation(mix),
            // One task's loss is the same under the step's and the task's own count; the task's own is the policies' scale.
            LossMode = mix.Training.LossMode switch { "sample" or "task-sample" => "task-sample", _ => "task-token" },
        },
        Baseline = new BaselineSpec { Task = task, EveryTask = MethodCatalog.Get(MethodKind.Policy, mix.Weighting.Name).NeedsEveryTask && !mix.Weighting.AllowSubset },
    };

    /// <summary>Of another task only its draws matter: its name, its data, and its template, which decides what truncation drops.</summary>
    private static TaskSpec Drawn(TaskSpec task) => task with { LossWeight = 1, Metrics = [], PrimaryMetric = null, MaxNewTokens = new TaskSpec().MaxNewTokens };
}
