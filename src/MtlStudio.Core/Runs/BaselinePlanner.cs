using MtlStudio.Core.Catalog;
using MtlStudio.Core.Sampling;

namespace MtlStudio.Core.Runs;

/// <summary>Makes the single-task baselines of a mix's run, matched in model, seed and examples, one for each target task.</summary>
public static class BaselinePlanner
{
    /// <summary>One baseline for each target task of a mix of at least two; none for a baseline or a single task.</summary>
    /// <exception cref="InvalidInputException">A target task is never drawn, so that no examples are there to match (<see cref="Check"/>).</exception>
    public static IReadOnlyList<RunSpec> For(RunSpec mix)
    {
        if (mix.Baseline is not null || mix.Tasks.Count < 2) return [];
        if (Check(mix) is { Count: > 0 } errors) throw new InvalidInputException(errors);
        return [.. mix.Tasks.Where(task => task.Role == "target").Select(task => For(mix, task.Name))];
    }

    /// <summary>Why baselines of a mix cannot be made: target tasks that the explicit sampler never draws, or draws that follow the joint run's losses. Empty: they can.</summary>
    public static IReadOnlyList<FieldError> Check(RunSpec mix)
    {
        var errors = new List<FieldError>();
        if (mix.Sampler.Name == "odm")
            errors.Add(new("sampler.name", "Online data mixing draws by the joint run's losses, which a baseline cannot replay: choose another sampler, or launch without baselines"));
        if (mix.Curriculum.Name == "self-paced")
            errors.Add(new("curriculum.name", "A self-paced curriculum draws by the joint run's losses, which a baseline cannot replay: choose another curriculum, or launch without baselines"));
        if (mix.Sampler.Name == "explicit")
            errors.AddRange(mix.Tasks.Select((task, k) => (task, k)).Where(pair => pair.task.Role == "target" && pair.task.Share == 0)
                .Select(pair => new FieldError($"tasks[{pair.k}].share", $"\"{pair.task.Name}\" has share 0, so a baseline would train on no example: give it a share over 0, make it auxiliary, or launch without baselines")));
        return errors;
    }

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
        Baseline = new BaselineSpec { Task = task, EveryTask = MethodCatalog.Get(MethodKind.Policy, mix.Weighting.Name).NeedsEveryTask && !mix.Weighting.AllowSubset, PolicyExamples = PolicySplit.Wanted(mix) is > 0 and var examples ? examples : null },
    };

    /// <summary>Of another task only its draws matter: its name, its data, and its template, which decides what truncation drops.</summary>
    private static TaskSpec Drawn(TaskSpec task) => task with { LossWeight = 1, LossCap = null, Dropout = null, Metrics = [], PrimaryMetric = null, MaxNewTokens = Plain.MaxNewTokens, Pooling = Plain.Pooling, Threshold = Plain.Threshold, Minimum = null, Maximum = null };

    private static readonly TaskSpec Plain = new();
}
