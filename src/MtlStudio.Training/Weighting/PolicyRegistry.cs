using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Weighting;

/// <summary>Makes the policy a spec names. A new policy is one file and one line here.</summary>
public static class PolicyRegistry
{
    private static readonly Dictionary<string, Func<WeightingSpec, IReadOnlyList<TaskSpec>, IWeightingPolicy>> Makers = new()
    {
        ["equal"] = (_, _) => new EqualPolicy(),
        ["fixed"] = (_, tasks) => new FixedPolicy(tasks),
        ["uw"] = (spec, _) => UncertaintyPolicy.Create(spec.Options),
        ["dwa"] = (spec, tasks) => DwaPolicy.Create(spec.Options, [.. tasks.Select(task => task.Name)]),
        ["pcgrad"] = (_, _) => new PcGradPolicy(),
        ["mgda"] = (spec, _) => MgdaPolicy.Create(spec.Options),
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <param name="spec">Options as the catalog has validated them; absent ones have the catalog's defaults.</param>
    /// <param name="tasks">The tasks that train: the mix, or the one task of a baseline.</param>
    /// <exception cref="InvalidInputException">No such policy, or loss weights it cannot use.</exception>
    public static IWeightingPolicy Create(WeightingSpec spec, IReadOnlyList<TaskSpec> tasks) =>
        Makers.TryGetValue(spec.Name, out var make)
            ? make(spec, tasks)
            : throw new InvalidInputException("weighting.name", $"There is no weighting policy '{spec.Name}': choose one of {string.Join(", ", Names)}");
}
