using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Sharing;

/// <summary>Who of a spec's tasks has a part of its own.</summary>
internal static class Owners
{
    /// <param name="byGroup">Tasks of a group share one; a task without a group stands alone.</param>
    public static IReadOnlyList<PrivateOwner> Of(RunSpec spec, bool byGroup) =>
        [.. Trained(spec).GroupBy(task => byGroup ? task.Group ?? task.Name : task.Name).Select(group => new PrivateOwner(group.Key, [.. group.Select(task => task.Name)]))];

    /// <summary>The tasks that are trained: all, or the one of a baseline.</summary>
    public static IEnumerable<TaskSpec> Trained(RunSpec spec) => spec.Tasks.Where(task => spec.Baseline is null || task.Name == spec.Baseline.Task);
}
