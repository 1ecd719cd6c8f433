using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Sampling;

/// <summary>
/// How often each task of a mix is drawn: probabilities (K) that sum to 1. A task without examples has share 0 under the
/// samplers that go by size, and takes no part under <see cref="Uniform"/>.
/// </summary>
public static class SamplingShares
{
    /// <summary>The shares under the sampler a spec names; of one whose shares change, those of the first step.</summary>
    /// <param name="sampler">A catalog sampler with options.</param>
    /// <param name="given">(K): the tasks' relative shares, for the explicit sampler.</param>
    /// <param name="sizes">(K): training examples of each task.</param>
    /// <param name="budget">Examples that the whole run draws, for UniMax.</param>
    /// <exception cref="InvalidInputException">No such sampler, no task with examples, or given shares it cannot use.</exception>
    public static double[] Of(MethodChoice sampler, IReadOnlyList<double> given, IReadOnlyList<int> sizes, double budget = double.MaxValue)
    {
        if (sizes.All(size => size <= 0)) throw new InvalidInputException("tasks", "No task has training examples: give at least one task data");
        return sampler.Name switch
        {
            "proportional" => Proportional(sizes),
            "uniform" => Uniform(sizes),
            "temperature" => Temperature(
                sizes,
                sampler.Options.Number(MethodKind.Sampler, "temperature", "T"),
                sampler.Options.Has(MethodKind.Sampler, "temperature", "cap") ? sampler.Options.Number(MethodKind.Sampler, "temperature", "cap") : null,
                sampler.Options.Number(MethodKind.Sampler, "temperature", "scale")),
            "explicit" => Explicit(given, sizes),
            "unimax" => Normalize(UniMax.Allocate(sizes, budget, sampler.Options.Number(MethodKind.Sampler, "unimax", "passes"))),
            "annealed" => Temperature(sizes, sampler.Options.Number(MethodKind.Sampler, "annealed", "startT")),
            "odm" => Uniform(sizes),
            _ => throw new InvalidInputException("sampler.name", $"There is no sampler '{sampler.Name}': choose one of {string.Join(", ", Names)}"),
        };
    }

    public static IReadOnlyList<string> Names { get; } = ["proportional", "uniform", "temperature", "explicit", "unimax", "annealed", "odm"];

    /// <summary>pₖ = nₖ / Σ n.</summary>
    public static double[] Proportional(IReadOnlyList<int> sizes) => Normalize([.. sizes.Select(size => (double)size)]);

    /// <summary>pₖ = 1/K over the tasks that have examples.</summary>
    public static double[] Uniform(IReadOnlyList<int> sizes) => Normalize([.. sizes.Select(size => size > 0 ? 1.0 : 0)]);

    /// <summary>pₖ ∝ min(nₖ·scale, cap)^(1/T) (Raffel et al. 2020, as seqio's rate_num_examples).</summary>
    /// <param name="temperature">T, above 0; 1 is proportional.</param>
    /// <param name="cap">Examples; null: none.</param>
    public static double[] Temperature(IReadOnlyList<int> sizes, double temperature, double? cap = null, double scale = 1) =>
        Normalize([.. sizes.Select(size => size > 0 ? Math.Pow(Math.Min(size * scale, cap ?? double.PositiveInfinity), 1 / temperature) : 0)]);

    /// <summary>pₖ = shareₖ / Σ share.</summary>
    /// <exception cref="InvalidInputException">A share is negative or not finite, all are 0, or a task with a share has no examples.</exception>
    public static double[] Explicit(IReadOnlyList<double> given, IReadOnlyList<int> sizes)
    {
        var errors = new List<FieldError>();
        for (var k = 0; k < given.Count; k++)
            if (!double.IsFinite(given[k]) || given[k] < 0)
                errors.Add(new($"tasks[{k}].share", $"Share must be 0 or more (you gave {given[k]})"));
            else if (given[k] > 0 && sizes[k] <= 0)
                errors.Add(new($"tasks[{k}].share", $"The task has no training examples: give it data, or share 0 (you gave {given[k]})"));
        if (errors.Count == 0 && given.All(share => share == 0)) errors.Add(new("tasks[0].share", "At least one share must be above 0 (you gave 0 for every task)"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Normalize([.. given]);
    }

    private static double[] Normalize(double[] rates)
    {
        // Dividing by the largest first keeps the sum finite for rates near the largest double.
        var largest = rates.Max();
        var sum = rates.Sum(rate => rate / largest);
        return [.. rates.Select(rate => rate / largest / sum)];
    }
}
