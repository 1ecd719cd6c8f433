using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting.Gradients;
using MtlStudio.Training.Weighting.Losses;

namespace MtlStudio.Training.Weighting;

/// <summary>Makes the policy a spec names. A new policy is one file and one line here; a user's own is a plug-in.</summary>
public static class PolicyRegistry
{
    private delegate IWeightingPolicy Maker(PolicyOptions options, IReadOnlyList<TaskSpec> tasks);

    private static readonly Dictionary<string, Maker> Makers = new()
    {
        ["equal"] = (_, _) => new EqualPolicy(),
        ["fixed"] = (_, tasks) => new FixedPolicy(tasks),
        ["uw"] = (options, _) => UncertaintyPolicy.Create(options),
        ["dwa"] = (options, tasks) => DwaPolicy.Create(options, NamesOf(tasks)),
        ["rlw"] = (_, tasks) => new RlwPolicy(NamesOf(tasks)),
        ["gls"] = (_, _) => new GlsPolicy(),
        ["log-loss"] = (_, _) => new LogLossPolicy(),
        ["imtl-l"] = (options, _) => ImtlLPolicy.Create(options),
        ["stch"] = (options, _) => StchPolicy.Create(options),
        ["famo"] = (options, tasks) => FamoPolicy.Create(options, NamesOf(tasks)),
        ["group-dro"] = (options, tasks) => GroupDroPolicy.Create(options, NamesOf(tasks)),
        ["coba"] = (options, tasks) => CobaPolicy.Create(options, NamesOf(tasks)),
        ["gradnorm"] = (options, tasks) => GradNormPolicy.Create(options, NamesOf(tasks)),
        ["mgda"] = (options, _) => MgdaPolicy.Create(options),
        ["pcgrad"] = (_, _) => new PcGradPolicy(),
        ["gradvac"] = (options, _) => GradVacPolicy.Create(options),
        ["cagrad"] = (options, _) => CaGradPolicy.Create(options),
        ["imtl-g"] = (_, _) => new ImtlGPolicy(),
        ["nash-mtl"] = (options, _) => NashMtlPolicy.Create(options),
        ["aligned-mtl"] = (options, _) => AlignedMtlPolicy.Create(options),
        ["fairgrad"] = (options, _) => FairGradPolicy.Create(options),
        ["upgrad"] = (_, _) => new UpGradPolicy(),
        ["dualproj"] = (_, _) => new DualProjPolicy(),
        ["config"] = (_, _) => new ConfigPolicy(),
        ["graddrop"] = (options, tasks) => GradDropPolicy.Create(options, NamesOf(tasks)),
        ["excess-mtl"] = (options, tasks) => ExcessMtlPolicy.Create(options, NamesOf(tasks)),
        ["db-mtl"] = (options, _) => DbMtlPolicy.Create(options),
        ["moco"] = (options, tasks) => MoCoPolicy.Create(options, NamesOf(tasks)),
        ["auto-lambda"] = (options, tasks) => AutoLambdaPolicy.Create(options, tasks),
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <param name="spec">Options as the catalog has validated them; absent ones have the catalog's defaults.</param>
    /// <param name="tasks">The tasks that train: the mix, or the one task of a baseline.</param>
    /// <exception cref="InvalidInputException">No such policy, or loss weights it cannot use, or a plug-in that cannot be loaded.</exception>
    public static IWeightingPolicy Create(WeightingSpec spec, IReadOnlyList<TaskSpec> tasks) =>
        Makers.TryGetValue(spec.Name, out var make)
            ? make(new(spec.Name, spec.Options), tasks)
            : MethodCatalog.Plugin(spec.Name) is { } plugin ? PolicyLoader.Create(plugin, new(spec.Name, spec.Options), tasks)
            : throw new InvalidInputException("weighting.name", $"There is no weighting policy '{spec.Name}': choose one of {string.Join(", ", Names)}");

    private static IReadOnlyList<string> NamesOf(IReadOnlyList<TaskSpec> tasks) => [.. tasks.Select(task => task.Name)];
}
