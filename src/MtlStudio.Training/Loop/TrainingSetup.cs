using MtlStudio.Core.Curricula;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Loop;

/// <summary>What a run trains and with what; everything else follows from the spec.</summary>
public sealed record TrainingSetup
{
    public required RunSpec Spec { get; init; }
    public required RunFolder Folder { get; init; }
    /// <summary>Every task of the mix, in the spec's order (a baseline needs the others' sizes for its draws).</summary>
    public required IReadOnlyList<TrainingTask> Mix { get; init; }
    public required FlatParameters Parameters { get; init; }
    public required ITrainedWeights Weights { get; init; }
    public required TokenLosses Losses { get; init; }
    /// <summary>The same without dropout, smoothing or caps, for examples held out from training; null: <see cref="Losses"/>.</summary>
    public TokenLosses? PlainLosses { get; init; }
    public required IEvaluator Evaluator { get; init; }
    /// <summary>The mean loss (nats a token) of each example of a task, named first, under the model as it is now, for curricula that go by it; null where the answer is not asked for.</summary>
    public Func<string, IReadOnlyList<LabeledIds>, double[]>? ExampleLosses { get; init; }
    /// <summary>The loss of each trained token of each example of a task, named first, under the model as it is now, where the spec keeps them; else null.</summary>
    public Func<string, IReadOnlyList<LabeledIds>, IReadOnlyList<float[]>>? TokenLossesOf { get; init; }
    /// <summary>Parameters of the whole model, trained or not.</summary>
    public required long ModelParameters { get; init; }
    /// <summary>What a repetition needs to know (versions, threads, hardware, hashes).</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
    /// <summary>What a user should know before the first step.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public TimeProvider Clock { get; init; } = TimeProvider.System;
    /// <summary>Gets every event as well, or null.</summary>
    public Stream? Mirror { get; init; }
    /// <summary>Told after each step; for progress.</summary>
    public Action<int, StepResult?>? Stepped { get; init; }

    /// <summary>The tasks that are trained: all, or the one of a baseline.</summary>
    public IReadOnlyList<TrainingTask> Trained => Spec.Baseline is null ? Mix : [.. Mix.Where(task => task.Name == Spec.Baseline.Task)];

    public SampledMix Draws => SampledMix.Of(Spec, [.. Mix.Select(task => task.Train.Count)]);

    public StepPlanner Planner => new(Draws, Curriculum.Of(Spec), [.. Mix.Select(task => task.Facts)]);

    /// <summary>The same with the steps that are made where the spec says "until": until a task, or every task, has drawn as many examples as it has.</summary>
    /// <exception cref="InvalidInputException">The sampler does not fit the tasks.</exception>
    public TrainingSetup Settled() => Spec.Training.Until == "steps" ? this : this with
    {
        Spec = Spec with { Training = Spec.Training with { Until = "steps", Steps = Planner.StepsUntil(MixEnd.Parse(Spec.Training.Until)) } },
    };
}
