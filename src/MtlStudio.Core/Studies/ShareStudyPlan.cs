using System.Globalization;
using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>The runs of a study of shares.</summary>
public static class ShareStudyPlan
{
    /// <summary>Every fault of the study before anything is queued, those of the spec as "spec.FIELD"; empty: all three runs may be made.</summary>
    public static IReadOnlyList<FieldError> Check(ShareStudy study)
    {
        var errors = RunSpecValidator.Validate(study.Spec).Select(InSpec).ToList();
        errors.AddRange(StudyNames.Check(study.Name, study.Note));
        if (study.Spec.Baseline is not null) errors.Add(new("spec.baseline.task", "The spec is a single-task baseline: give the spec of a mix"));
        if (study.Spec.Tasks.Count == 1) errors.Add(new("spec.tasks", "One task leaves nothing to divide: give at least two"));
        if (MethodCatalog.Find(MethodKind.Policy, study.Spec.Weighting.Name) is { ReadsPolicySplit: true } policy)
            errors.Add(new("spec.weighting.name", $"{policy.Title} sets training examples aside, so that reference and proxy would not train on the same ones: choose another policy"));
        if (!(study.Eta is > 0 and <= 1000)) errors.Add(new("eta", $"The rate of the weights must be over 0 and at most 1,000 (you gave {Text(study.Eta)})"));
        if (!(study.Smoothing is >= 0 and < 1)) errors.Add(new("smoothing", $"Smoothing must be 0 to below 1 (you gave {Text(study.Smoothing)})"));
        if (study.ProxySteps is < 1 or > 10_000_000) errors.Add(new("proxySteps", $"The proxy must have 1 to 10,000,000 steps (you gave {study.ProxySteps})"));
        if (errors.Count > 0) return errors;
        // What the spec bears, the proxy may not, as a warm-up longer than it.
        errors.AddRange(RunSpecValidator.Validate(Proxy(study, reference: 1)).Select(error => new FieldError(study.ProxySteps is null ? $"spec.{error.Field}" : "proxySteps", $"The proxy run does not bear the spec: {error.Message}")));
        return errors;
    }

    /// <summary>The first run: the spec as it is; it keeps its training losses.</summary>
    public static RunSpec Reference(ShareStudy study) => Named(study, ShareStage.Reference) with { Evaluation = study.Spec.Evaluation with { TrainLosses = true } };

    /// <summary>The second run: every task is drawn alike, and weighed by what its tokens lie above the reference's.</summary>
    /// <param name="reference">The number of the finished reference run.</param>
    public static RunSpec Proxy(ShareStudy study, long reference) => Named(study, ShareStage.Proxy) with
    {
        Sampler = new("uniform"),
        Weighting = new()
        {
            Name = "group-dro", Reference = ReferenceRun.Of(reference),
            Options = new Dictionary<string, JsonElement> { ["eta"] = JsonSerializer.SerializeToElement(study.Eta), ["smoothing"] = JsonSerializer.SerializeToElement(study.Smoothing) },
        },
        Training = study.Spec.Training with { Steps = study.ProxySteps ?? study.Spec.Training.Steps, LossMode = "task-token" },
        // Its shares are wanted, not its scores on the test.
        Evaluation = study.Spec.Evaluation with { Test = false },
    };

    /// <summary>The third run: the spec, drawn by the shares that were found.</summary>
    public static RunSpec Final(ShareStudy study, FoundShares found) => Named(study, ShareStage.Final) with
    {
        Sampler = new("explicit"),
        Tasks = [.. study.Spec.Tasks.Select(task => task with { Share = Math.Round(found.Shares.GetValueOrDefault(task.Name), 6) })],
    };

    private static RunSpec Named(ShareStudy study, ShareStage stage) => study.Spec with
    {
        Name = $"{study.Name} · {stage.ToString().ToLowerInvariant()}",
        Tags = [.. study.Spec.Tags.Where(tag => !tag.StartsWith(StudyNames.TagPrefix, StringComparison.Ordinal)), StudyNames.Tag(study.Name)],
    };

    private static FieldError InSpec(FieldError error) => error with { Field = $"spec.{error.Field}" };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
