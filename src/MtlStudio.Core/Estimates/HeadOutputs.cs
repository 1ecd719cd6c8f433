using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>Outputs of a task's head, as far as its spec tells.</summary>
public static class HeadOutputs
{
    /// <summary>One for each label that is named (at least two: labels may be left to the data), one for a number.</summary>
    public static int Of(TaskSpec task) => task.Kind == TaskKinds.Regression ? 1 : Math.Max(2, task.Labels.Count);
}
