using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Charts;

/// <summary>What a task's loss is counted in: cross entropies in nats, the loss of a number in its square.</summary>
public static class LossUnit
{
    public static readonly string Nats = TaskKinds.LossUnit(TaskKinds.Generation), Squared = TaskKinds.LossUnit(TaskKinds.Regression);

    public static string OfKind(string taskKind) => TaskKinds.LossUnit(taskKind);

    /// <summary>Where only the metric is known that a task is scored by: those of numbers are scored by metrics of their own.</summary>
    public static string OfMetric(string metric) => MethodCatalog.Find(MethodKind.Metric, metric)?.TaskKinds is [TaskKinds.Regression] ? Squared : Nats;

    /// <summary>True of the units above.</summary>
    public static bool Is(string unit) => unit == Nats || unit == Squared;
}
