using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>What a run's training takes, from its spec and the headers of its model alone.</summary>
/// <param name="Trained">What is trained.</param>
/// <param name="Memory">At its peak, with answers that fill the rows: an upper estimate.</param>
/// <param name="MicroBatches">Of the whole run.</param>
/// <param name="MicroBatchCost">Operations of one, as <see cref="StepCost"/> counts them, with all passes that the policy makes.</param>
/// <param name="Gradients">How the tasks' gradients are kept.</param>
public sealed record RunFootprint(TrainedPart Trained, MemoryEstimate Memory, long MicroBatches, double MicroBatchCost, GradientPlan Gradients)
{
    /// <exception cref="InvalidInputException">Adapter or policy do not fit the model.</exception>
    public static RunFootprint Of(RunSpec spec, ModelShapes model)
    {
        List<TaskSpec> taught = [.. spec.Tasks.Where(task => spec.Baseline is null || task.Name == spec.Baseline.Task)];
        var trained = TrainedPart.Of(spec.Peft, model, taught);
        var tasks = spec.Baseline is null ? spec.Tasks.Count : 1;
        var plan = GradientPlan.Of(spec.Weighting, tasks, trained.RowLength);
        // A head answers once an example, or for each word; a next token may be asked of all.
        var heads = taught.TrueForAll(task => TaskKinds.HasHead(task.Kind));
        var answers = heads && taught.TrueForAll(task => task.Kind != TaskKinds.Tagging) ? 1 : spec.Training.MaxLength;
        var step = new StepShape(spec.Training.MicroBatch, spec.Training.MaxLength, answers, plan.Rows(tasks), plan.SampleBytes(tasks, trained.Parameters))
        {
            Outputs = heads && taught.Count > 0 ? taught.Max(HeadOutputs.Of) : null,
            IsNarrow = spec.Training.Precision == "bf16", Checkpointing = spec.Training.ActivationCheckpointing,
        };
        return new(trained, MemoryEstimate.Of(model, trained, step, OptimizerState.BytesPerParameter(spec), spec.Model.Quantize, EvaluationMemory.Of(spec, model)), (long)spec.Training.Steps * RunSpecValidator.EffectiveAccumulation(spec),
            StepCost.OfMicroBatch(model, trained, step) * (spec.Regularization.RDrop > 0 ? 2 : 1) * plan.Passes, plan);
    }
}
