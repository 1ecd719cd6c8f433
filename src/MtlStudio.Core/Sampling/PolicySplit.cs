using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Sampling;

/// <summary>Training examples that a policy which reads held-out loss gets for itself: validation only stops and selects, so they are cut from train.</summary>
public static class PolicySplit
{
    /// <summary>Examples a task where the spec names no number.</summary>
    public const int Default = 64;

    /// <summary>Examples that a spec wants set aside of each task; 0: its policy reads none. A baseline leaves out what its mix did.</summary>
    public static int Wanted(RunSpec spec) =>
        spec.Baseline is { } baseline ? baseline.PolicyExamples ?? 0
        : MethodCatalog.Find(MethodKind.Policy, spec.Weighting.Name) is { ReadsPolicySplit: true } ? spec.Weighting.PolicyExamples ?? Default : 0;

    /// <summary>How many of a task's examples are set aside: what is wanted, at most a fifth.</summary>
    public static int Count(int wanted, int size) => Math.Min(wanted, size / 5);

    /// <summary>Which of <paramref name="size"/> examples are set aside, by a seeded order of the task's own.</summary>
    public static IReadOnlySet<int> Choose(long seed, string task, int size, int wanted)
    {
        var order = Enumerable.Range(0, size).ToArray();
        if (wanted > 0) new KeyedRandom(seed, "policy-split/" + task).Shuffle(order.AsSpan());
        return order.Take(Count(wanted, size)).ToHashSet();
    }
}
