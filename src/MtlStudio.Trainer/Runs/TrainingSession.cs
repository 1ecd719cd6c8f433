using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Trainer.Cli;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;

namespace MtlStudio.Trainer.Runs;

/// <summary>From a spec and a folder to a trained run: loads model, tokenizer and tasks, and makes an attempt.</summary>
public static class TrainingSession
{
    /// <summary>Trains the run of a folder whose lock this process holds; <see cref="RunFolder.Spec"/> is there.</summary>
    /// <param name="stopAfter">Steps after which the run stops as if somebody had asked; null: never.</param>
    /// <exception cref="InvalidInputException">The spec, or what it refers to, is no good; every fault by field.</exception>
    public static (string Outcome, int Step) Train(RunFolder folder, DataFolder? data, ComputeChoice compute, Stream? mirror, CommandConsole console, int? stopAfter = null)
    {
        var spec = RunSpecReader.ReadFile(folder.Spec);
        using var stop = new StopRequests(folder).WithSignals();
        var (modelFolder, adapter) = ResolveModel(spec, folder.Root, data);
        var tokenizer = Tokenizer.Load(modelFolder);
        using var model = MemoryFaults.During(MemoryPhase.Load, null, () => CausalLm.Load(modelFolder, Precision.Of(spec, compute.Torch)));
        if (spec.Training.ActivationCheckpointing != "none") NativeSettings.HandBackLargeBlocks();
        model.Checkpointing = Enum.Parse<ActivationCheckpointing>(spec.Training.ActivationCheckpointing, ignoreCase: true);
        CheckVocabulary(tokenizer, model.Config);
        var mix = new MixLoader(spec, folder.Root, data, tokenizer, model.Config.MaxPositionEmbeddings).Load();
        if (spec.Weighting.Reference is { Length: > 0 } reference)
            mix = mix with { Tasks = TrainLosses.Attach(ReferenceRun.Losses(reference, folder.Root, data), mix.Tasks, task => spec.Baseline is null || spec.Baseline.Task == task.Name) };
        foreach (var warning in mix.Warnings.Concat(model.Warnings)) console.Errors.WriteLine($"warning: {warning}");

        using var tuning = MemoryFaults.During(MemoryPhase.Prepare, null, () => HeadedFineTuning.Of(FineTunings.Create(model, spec, adapter), mix.Heads, spec.Seed, adapter ?? modelFolder));
        var decayNorms = spec.Optimizer.Options.Flag(MethodKind.Optimizer, spec.Optimizer.Name, "decayNorms");
        using var parameters = MemoryFaults.During(MemoryPhase.Prepare, null, () => new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms, spec.Regularization.LayerRateDecay), compute.Torch));
        model.Settle();
        var progress = new ProgressLine(console.Errors, "step", spec.Training.Steps);
        return RunAttempt.Run(new()
        {
            Spec = spec, Folder = folder, Mix = mix.Tasks, Parameters = parameters, Weights = new FineTuningWeights(tuning, modelFolder),
            Losses = CausalLosses.Of(model, spec), PlainLosses = CausalLosses.Plain(model, spec), ModelParameters = model.Parameters.Sum(slot => slot.Elements),
            Evaluator = new ModelEvaluator(model, tokenizer, mix.Evaluated, spec.Evaluation.Decoding, spec.Seed) { Progress = new EvaluationProgress(console.Errors).Report },
            Environment = new Dictionary<string, string>(RunEnvironment.Describe(spec, compute, modelFolder, tokenizer.Hash, mix.DatasetHashes)) { [EnvironmentNames.EstimatedMemory] = $"{RunFootprint.Of(spec, ModelShapes.Read(modelFolder)).Memory.Bytes}" },
            Warnings = [.. mix.Warnings, .. model.Warnings, .. Precision.Warnings(spec, compute.Torch)],
            ExampleLosses = (task, examples) =>
            {
                model.Task = task;
                return ExampleLosses.MeansOf(model, examples);
            },
            TokenLossesOf = (task, examples) =>
            {
                model.Task = task;
                return ExampleLosses.EachOf(model, examples);
            },
            Mirror = mirror, Stepped = (step, result) =>
            {
                progress.Report(step, result is null ? "" : $"loss {result.Loss:0.000}");
                if (step >= stopAfter) stop.Stop();
            },
        }, stop);
    }

    /// <summary>The folders of a spec's model and adapter.</summary>
    public static (string Model, string? Adapter) ResolveModel(RunSpec spec, string specFolder, DataFolder? data) => (
        DataFolder.Resolve(spec.Model.Path, "model.path", specFolder, data, folder => folder.Models),
        string.IsNullOrEmpty(spec.Model.Adapter) ? null : DataFolder.Resolve(spec.Model.Adapter, "model.adapter", specFolder, data, folder => folder.Models));

    public static void CheckVocabulary(Tokenizer tokenizer, ModelConfig config)
    {
        if (tokenizer.VocabularySize > config.VocabSize)
            throw new InvalidInputException("model.path", $"The tokenizer has {tokenizer.VocabularySize:#,0} entries and the model {config.VocabSize:#,0}: give the tokenizer that belongs to the model");
    }
}
