using System.Globalization;
using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>A policy that the spec does not bear, and why.</summary>
public sealed record LeftOutPolicy(string Policy, string Reason);

/// <summary>The runs of a study, and the policies that are left out where all were asked for.</summary>
public sealed record PolicyStudyPlan(IReadOnlyList<StudyMember> Members, IReadOnlyList<LeftOutPolicy> LeftOut)
{
    private const string Fixed = "fixed";
    private const int DefaultSets = 8;

    /// <summary>The runs in the order they are queued: all policies under one seed and rate before the next, so that an unfinished study compares like with like.</summary>
    /// <exception cref="InvalidInputException">Every fault, by the study's field; those of the spec begin with "spec.".</exception>
    public static PolicyStudyPlan Of(PolicyStudy study)
    {
        if (Check(study) is { Count: > 0 } errors) throw new InvalidInputException(errors);
        var rates = study.Rates.Count > 0 ? [.. study.Rates.Distinct()] : new[] { RateOf(study.Spec) };
        var (policies, leftOut) = Policies(study, rates[0]);
        var sets = study.LossWeights ?? Math.Min(study.Spec.Tasks.Count, DefaultSets);
        var members = new List<StudyMember>();
        foreach (var seed in Enumerable.Range(0, study.Seeds).Select(i => study.Spec.Seed + i))
            foreach (var rate in rates)
                foreach (var policy in policies)
                    for (var set = 0; set <= (policy == Fixed ? sets : 0); set++) members.Add(Member(study, policy, set, sets, rate, seed));
        if (members.Count > PolicyStudy.MostRuns)
            throw new InvalidInputException("policies", $"The study would have {members.Count:#,0} runs: at most {PolicyStudy.MostRuns:#,0}. Take fewer policies, rates, sets of loss weights or seeds");
        return new(members, leftOut);
    }

    private static List<FieldError> Check(PolicyStudy study)
    {
        var errors = RunSpecValidator.Validate(study.Spec).Select(error => error with { Field = $"spec.{error.Field}" }).ToList();
        errors.AddRange(StudyNames.Check(study.Name, study.Note));
        if (study.Spec.Baseline is not null) errors.Add(new("spec.baseline.task", "The spec is a single-task baseline: give the spec of a mix"));
        if (study.Spec.Tasks.Count == 1) errors.Add(new("spec.tasks", "One task leaves nothing to weigh: give at least two"));
        if (study.Seeds is < 1 or > SeedRuns.Most) errors.Add(new("seeds", $"Seeds must be 1 to {SeedRuns.Most} (you gave {study.Seeds})"));
        if (study.Rates.Count > PolicyStudy.MostRates) errors.Add(new("rates", $"Give at most {PolicyStudy.MostRates} rates (you gave {study.Rates.Count})"));
        for (var i = 0; i < study.Rates.Count; i++)
            if (!(study.Rates[i] is > 0 and <= 10)) errors.Add(new($"rates[{i}]", $"A rate must be over 0 and at most 10 (you gave {study.Rates[i].ToString(CultureInfo.InvariantCulture)})"));
        if (study.LossWeights is < 0 or > PolicyStudy.MostLossWeights) errors.Add(new("lossWeights", $"Sets of loss weights must be 0 to {PolicyStudy.MostLossWeights} (you gave {study.LossWeights})"));
        for (var i = 0; i < study.Policies.Count; i++)
            if (MethodCatalog.Find(MethodKind.Policy, study.Policies[i]) is null)
                errors.Add(new($"policies[{i}]", $"There is no policy \"{study.Policies[i]}\": choose among {string.Join(", ", MethodCatalog.OfKind(MethodKind.Policy).Select(policy => policy.Name))}"));
        if (errors.Count == 0 && study.Baselines) errors.AddRange(BaselinePlanner.Check(study.Spec).Select(error => error with { Field = $"spec.{error.Field}" }));
        if (errors.Count > 0) return errors;
        for (var i = 0; i < study.Policies.Count; i++)
            if (Fault(study, study.Policies[i], study.Rates.Count > 0 ? study.Rates[0] : RateOf(study.Spec)) is { } fault)
                errors.Add(new($"policies[{i}]", $"The spec does not bear {study.Policies[i]}: {fault}"));
        return errors;
    }

    private static (IReadOnlyList<string> Policies, IReadOnlyList<LeftOutPolicy> LeftOut) Policies(PolicyStudy study, double rate)
    {
        if (study.Policies.Count > 0) return ([.. study.Policies.Distinct()], []);
        var all = MethodCatalog.OfKind(MethodKind.Policy).Select(policy => (policy.Name, Fault: Fault(study, policy.Name, rate))).ToList();
        return ([.. all.Where(one => one.Fault is null).Select(one => one.Name)], [.. all.Where(one => one.Fault is not null).Select(one => new LeftOutPolicy(one.Name, one.Fault!))]);
    }

    private static string? Fault(PolicyStudy study, string policy, double rate) =>
        RunSpecValidator.Validate(Member(study, policy, 0, 0, rate, study.Spec.Seed).Spec) is [var fault, ..] ? fault.Message : null;

    private static double RateOf(RunSpec spec) => spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr");

    private static StudyMember Member(PolicyStudy study, string policy, int set, int sets, double rate, long seed)
    {
        var (spec, weights) = (study.Spec, set == 0 ? null : LossWeightSets.Of(set, sets, study.Spec.Tasks.Count, study.Spec.Seed));
        var name = $"{study.Name} · {policy}{(set == 0 ? "" : $" {set}")}{(study.Rates.Count > 1 ? $" · rate {rate.ToString("R", CultureInfo.InvariantCulture)}" : "")}{(study.Seeds > 1 ? $" · seed {seed}" : "")}";
        return new(policy, set, rate, seed, spec with
        {
            Name = name,
            Seed = seed,
            Tags = [.. spec.Tags.Where(tag => !tag.StartsWith(StudyNames.TagPrefix, StringComparison.Ordinal)), StudyNames.Tag(study.Name)],
            Tasks = weights is null ? spec.Tasks : [.. spec.Tasks.Zip(weights, (task, weight) => task with { LossWeight = weight })],
            // Another policy's options mean nothing to this one.
            Weighting = spec.Weighting with { Name = policy, Options = policy == spec.Weighting.Name ? spec.Weighting.Options : new Dictionary<string, JsonElement>() },
            // The spec's own rate stays written as it is, so that equal runs are known by their hash.
            Optimizer = rate == RateOf(spec) ? spec.Optimizer : spec.Optimizer with { Options = new Dictionary<string, JsonElement>(spec.Optimizer.Options) { ["lr"] = JsonSerializer.SerializeToElement(rate) } },
        });
    }
}
