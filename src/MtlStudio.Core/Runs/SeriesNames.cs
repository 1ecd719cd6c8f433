namespace MtlStudio.Core.Runs;

/// <summary>The names of metric series: the trainer writes them, the API and the charts read them.</summary>
public static class SeriesNames
{
    public const string TrainLoss = "loss/train";
    public const string LearningRate = "lr";
    public const string GradientNorm = "gradnorm";
    public const string TokensPerSecond = "tokens_per_second";
    public const string UnifiedScore = "score/unified";
    public const string ValidationLoss = "loss/validation";
    public const string StepSeconds = "seconds/step";
    public const string ProcessMemory = "system/memory";
    public const string ProcessCpu = "system/cpu";
    public const string MachineLoad = "system/load";
    public const string DeviceMemory = "system/device_memory";

    public static string TaskTrainLoss(string task) => $"loss/train/{task}";
    public static string TaskValidationLoss(string task) => $"loss/validation/{task}";
    /// <summary>Validation loss less the mean training loss since the evaluation before: what a task has learned by heart.</summary>
    public static string TaskGap(string task) => $"gap/{task}";
    public static string TaskMetric(string task, string metric) => $"metric/{task}/{metric}";
    /// <summary>The coefficient the policy gave the task's loss or gradient in the step.</summary>
    public static string TaskWeight(string task) => $"weight/{task}";
    /// <summary>The task's realized share of all examples so far, 0 to 1.</summary>
    public static string TaskShare(string task) => $"share/{task}";
    public static string TaskGradientNorm(string task) => $"gradnorm/{task}";
    /// <summary>Examples of the task seen so far; the axis on which a mix and its baseline line up.</summary>
    public static string TaskExamples(string task) => $"examples/{task}";
    /// <summary>Trained tokens of the task seen so far.</summary>
    public static string TaskTokens(string task) => $"tokens/{task}";
    /// <summary>
    /// Cosine of two tasks' gradients; the pair is named in the spec's order of tasks. Of a task with itself: between two halves of its micro-batches
    /// of a step, the noise ceiling of its other cosines; steps in which it has one micro-batch have none.
    /// </summary>
    public static string Cosine(string first, string second) => $"cosine/{first}/{second}";

    /// <summary>Gradient magnitude similarity of two tasks, 2‖g‖‖h‖ / (‖g‖² + ‖h‖²) (Yu et al. 2020): 1 where their norms are equal, near 0 where one drowns the other.</summary>
    public static string Magnitude(string first, string second) => $"magnitude/{first}/{second}";

    /// <summary>The part of the step's pairs of tasks whose gradients' cosine is below 0, 0 to 1.</summary>
    public const string Conflicts = "conflicts";

    /// <summary>The same within one layer group: "embedding", "attention", "mlp", "head", "lower", "middle", "upper", "layer-3", "layers-4-7".</summary>
    public static string LayerConflicts(string group) => $"conflicts/{group}";

    /// <summary>The cosine of two tasks' gradients within one layer group, for mixes of few tasks.</summary>
    public static string LayerCosine(string first, string second, string group) => $"layer-cosine/{first}/{second}/{group}";

    /// <summary>The cosine of a task's gradient with the sum of the others' within one layer group, for mixes of many tasks.</summary>
    public static string LayerRest(string task, string group) => $"layer-rest/{task}/{group}";

    public static string LayerGradientNorm(string task, string group) => $"layer-gradnorm/{task}/{group}";

    /// <summary>
    /// Lookahead affinity (Fifty et al. 2021), 1 − loss after ÷ loss before: what a step along the source's gradient alone does to the target's
    /// validation loss. Over 0 it helps; below 0 the target pays.
    /// </summary>
    public static string Affinity(string source, string target) => $"affinity/{source}/{target}";
}
