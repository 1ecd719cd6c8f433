using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;

namespace MtlStudio.Core.Estimates;

/// <summary>What one task of a mix will see.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Size">Training examples it has.</param>
/// <param name="Share">Planned share of all examples, 0 to 1.</param>
/// <param name="Examples">Expected examples drawn over the whole run.</param>
/// <param name="Passes">How often each example is seen on average; 0 where it has none.</param>
public sealed record TaskPlan(string Task, int Size, double Share, double Examples, double Passes);

/// <summary>A mix under one sampler.</summary>
/// <param name="Sampler">Its catalog name.</param>
/// <param name="Tasks">In the spec's order; empty where the sampler cannot be used.</param>
/// <param name="Faults">Why it cannot be used; else empty.</param>
public sealed record SamplerPlan(string Sampler, IReadOnlyList<TaskPlan> Tasks, IReadOnlyList<FieldError> Faults);

/// <summary>Planned shares and passes of a mix, before launch.</summary>
public static class MixEstimate
{
    /// <param name="spec">Its sampler, shares, policy, steps and micro-batches count.</param>
    /// <param name="sizes">(K): training examples of each task.</param>
    /// <exception cref="InvalidInputException">The sampler does not fit the tasks.</exception>
    public static IReadOnlyList<TaskPlan> Of(RunSpec spec, IReadOnlyList<int> sizes)
    {
        sizes = [.. sizes.Select(size => size - PolicySplit.Count(PolicySplit.Wanted(spec), size))];
        var mix = SampledMix.Of(spec, sizes);
        var drawn = (double)spec.Training.Steps * mix.MicroBatches * mix.MicroBatchSize;
        return [.. mix.PlannedShares.Select((share, k) =>
            new TaskPlan(mix.Tasks[k], sizes[k], share, share * drawn, sizes[k] > 0 ? share * drawn / sizes[k] : 0))];
    }

    /// <summary>The same mix under every sampler of the catalog: the spec's own with its options, the others with their defaults.</summary>
    public static IReadOnlyList<SamplerPlan> UnderEachSampler(RunSpec spec, IReadOnlyList<int> sizes) =>
        [.. MethodCatalog.OfKind(MethodKind.Sampler).Select(sampler => Under(spec with { Sampler = sampler.Name == spec.Sampler.Name ? spec.Sampler : new MethodChoice(sampler.Name) }, sizes))];

    private static SamplerPlan Under(RunSpec spec, IReadOnlyList<int> sizes)
    {
        try
        {
            return new(spec.Sampler.Name, Of(spec, sizes), []);
        }
        catch (InvalidInputException fault)
        {
            return new(spec.Sampler.Name, [], fault.Errors);
        }
    }
}
