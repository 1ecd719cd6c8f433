using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Library;

/// <summary>How long a mix is planned to be trained.</summary>
public sealed record MixBudget
{
    public int Steps { get; init; } = new TrainingSpec().Steps;
    public int MicroBatch { get; init; } = new TrainingSpec().MicroBatch;
    /// <summary>Micro-batches a step; 0: one a task.</summary>
    public int Accumulation { get; init; }
    public int MaxLength { get; init; } = new TrainingSpec().MaxLength;
    /// <summary>"sha256:…" of the model whose tokenizer counts trained tokens; null: they are not counted.</summary>
    public string? Model { get; init; }
}

/// <summary>What a mix's tasks will see under every sampler.</summary>
/// <param name="Sampler">The mix's own.</param>
/// <param name="Faults">Why trained tokens are not told, by task; empty: they are.</param>
public sealed record MixPlan(string Sampler, IReadOnlyList<SamplerOutlook> Samplers, IReadOnlyList<FieldError> Faults);

/// <param name="Sampler">Its catalog name.</param>
/// <param name="Tasks">In the mix's order; empty where the sampler cannot be used.</param>
/// <param name="Faults">Why it cannot be used.</param>
public sealed record SamplerOutlook(string Sampler, string Title, IReadOnlyList<TaskOutlook> Tasks, IReadOnlyList<FieldError> Faults);

/// <summary>What one task will see.</summary>
/// <param name="Size">Training examples it has.</param>
/// <param name="Share">Of all examples, 0 to 1.</param>
/// <param name="Examples">Expected over the whole run.</param>
/// <param name="Passes">Over its examples.</param>
/// <param name="TrainedTokens">Expected over the whole run; null where they are not counted.</param>
/// <param name="TokenShare">Of all trained tokens, 0 to 1; null likewise.</param>
/// <param name="Pull">Share times loss weight, of the sum of all: 2 : 1 in both is 4 : 1.</param>
public sealed record TaskOutlook(string Task, int Size, double Share, double Examples, double Passes, double? TrainedTokens, double? TokenShare, double Pull);

/// <summary>Plans mixes before a run: shares, examples, trained tokens and passes.</summary>
public sealed class MixPlans(MixLibrary mixes, TaskPreviews previews, DataFolder data)
{
    /// <exception cref="InvalidInputException">Every fault of mix and budget, by its field.</exception>
    public async Task<MixPlan> OfAsync(MixDefinition mix, MixBudget budget, CancellationToken cancellation = default)
    {
        var tasks = await mixes.ResolveAsync(mix, cancellation);
        var specs = tasks.Select(task => task.Entry.Task with { Share = task.Member.Share, LossWeight = task.Member.LossWeight }).ToList();
        return await Task.Run(() => Of(mix, specs, budget, cancellation), cancellation);
    }

    private MixPlan Of(MixDefinition mix, List<TaskSpec> specs, MixBudget budget, CancellationToken cancellation)
    {
        var spec = MixLibrary.ToSpec("mix", mix.Sampler, specs, budget.Model ?? "-") with
        {
            Training = new() { Steps = budget.Steps, MicroBatch = budget.MicroBatch, Accumulation = budget.Accumulation, MaxLength = budget.MaxLength },
        };
        var errors = RunSpecValidator.Validate(spec);
        if (errors.Count > 0) throw new InvalidInputException([.. errors.Select(Told)]);
        var sizes = specs.Select(task => TrainingSize.Of(task.Data, data)).ToList();
        var (means, faults) = MeanTrained(specs, budget, cancellation);
        return new(mix.Sampler.Name, [.. MixEstimate.UnderEachSampler(spec, sizes).Select(plan => Outlook(plan, specs, means))], faults);
    }

    private (double?[] Means, IReadOnlyList<FieldError> Faults) MeanTrained(List<TaskSpec> specs, MixBudget budget, CancellationToken cancellation)
    {
        var (means, faults) = (new double?[specs.Count], new List<FieldError>());
        if (budget.Model is null) return (means, faults);
        for (var k = 0; k < specs.Count; k++)
            try
            {
                means[k] = previews.Count(specs[k], SplitNames.Train, budget.Model, budget.MaxLength, cancellation: cancellation).MeanTrained;
            }
            catch (InvalidInputException fault)
            {
                faults.AddRange(fault.Errors.Select(error => error with { Field = error.Field == "model" ? "model" : $"members[{k}].{error.Field}" }));
            }
        return (means, [.. faults.Distinct()]);
    }

    private static SamplerOutlook Outlook(SamplerPlan plan, List<TaskSpec> specs, double?[] means)
    {
        var tokens = plan.Tasks.Select((task, k) => task.Examples * means[k]).ToArray();
        double? allTokens = tokens.All(count => count is not null) && tokens.Sum() is > 0 and var sum ? sum : null;
        var pulls = plan.Tasks.Select((task, k) => task.Share * specs[k].LossWeight).ToArray();
        return new(plan.Sampler, MethodCatalog.Get(MethodKind.Sampler, plan.Sampler).Title,
            [.. plan.Tasks.Select((task, k) => new TaskOutlook(task.Task, task.Size, task.Share, task.Examples, task.Passes, tokens[k], allTokens is null ? null : tokens[k] / allTokens, pulls.Sum() > 0 ? pulls[k] / pulls.Sum() : 0))],
            [.. plan.Faults.Select(Told)]);
    }

    /// <summary>The fault under the mix's or budget's own field.</summary>
    private static FieldError Told(FieldError error) =>
        error.Field.StartsWith("tasks", StringComparison.Ordinal) ? error with { Field = "members" + error.Field["tasks".Length..] }
        : error.Field.StartsWith("training.", StringComparison.Ordinal) ? error with { Field = error.Field["training.".Length..] } : error;
}
