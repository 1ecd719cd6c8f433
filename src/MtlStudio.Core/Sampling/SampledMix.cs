using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Sampling;

/// <summary>
/// All that decides which examples a run draws at which step: the draws depend on nothing that training changes, so a
/// baseline can replay those of its mix, and a form can show the planned shares before launch.
/// </summary>
public sealed record SampledMix
{
    public required long Seed { get; init; }

    /// <summary>(K): the tasks' names; each task's order of examples is keyed by its name, so other tasks do not change it.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>(K): training examples of each task.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>(K): the sampler's shares, sum 1. A task of share 0 takes no part.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>Micro-batches in a step.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>Examples in a micro-batch.</summary>
    public required int MicroBatchSize { get; init; }

    /// <summary>True where each step holds every task that takes part at least once.</summary>
    public bool EveryTask { get; init; }

    /// <summary>The draws of a spec. For a baseline they are those of its mix: all tasks, and the rule its policy had.</summary>
    /// <param name="sizes">(K): training examples of each of the spec's tasks, after dropping those that truncation emptied.</param>
    /// <exception cref="InvalidInputException">The sampler or the number of micro-batches does not fit the tasks.</exception>
    public static SampledMix Of(RunSpec spec, IReadOnlyList<int> sizes)
    {
        var policy = MethodCatalog.Get(MethodKind.Policy, spec.Weighting.Name);
        var mix = new SampledMix
        {
            Seed = spec.Seed,
            Tasks = [.. spec.Tasks.Select(task => task.Name)],
            Sizes = sizes,
            Shares = SamplingShares.Of(spec.Sampler, [.. spec.Tasks.Select(task => task.Share)], sizes),
            MicroBatches = RunSpecValidator.EffectiveAccumulation(spec),
            MicroBatchSize = spec.Training.MicroBatch,
            EveryTask = spec.Baseline is { } baseline ? baseline.EveryTask : policy.NeedsEveryTask && !spec.Weighting.AllowSubset,
        };
        var active = mix.Shares.Count(share => share > 0);
        if (mix.EveryTask && mix.MicroBatches < active)
            throw new InvalidInputException("training.accumulation",
                $"{policy.Title} needs every task in each step, so {active} micro-batches or more (you gave {mix.MicroBatches}): raise it, set it to 0, or set weighting.allowSubset");
        return mix;
    }

    /// <summary>(K): the exact expectation of each task's share of all examples.</summary>
    public IReadOnlyList<double> PlannedShares => EveryTask ? StepShares.Planned(Shares, MicroBatches) : Shares;

    /// <summary>(K): the distribution of the micro-batches that are drawn at random: all of a step's, or what
    /// <see cref="EveryTask"/> leaves.</summary>
    public IReadOnlyList<double> DrawShares => EveryTask ? StepShares.Rest(Shares, MicroBatches) : Shares;
}
