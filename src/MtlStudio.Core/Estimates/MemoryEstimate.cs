namespace MtlStudio.Core.Estimates;

/// <summary>Bytes that one part of a trainer takes at its peak.</summary>
/// <param name="Name">As <c>optimizer</c>.</param>
/// <param name="Title">As a page calls it.</param>
public sealed record MemoryPart(string Name, string Title, long Bytes);

/// <summary>What a step is made of, as far as memory goes.</summary>
/// <param name="MicroBatch">Examples in a micro-batch.</param>
/// <param name="Length">Tokens of its longest example.</param>
/// <param name="AnswerTokens">Trained tokens of an example, at most <paramref name="Length"/>.</param>
/// <param name="GradientRows">Task gradients that are kept beside each other; 1: the tasks share one.</param>
/// <param name="SampleBytes">What a gradient policy sees of the tasks' gradients where they are not kept whole; see <see cref="GradientPlan"/>.</param>
public sealed record StepShape(int MicroBatch, int Length, int AnswerTokens, int GradientRows, long SampleBytes = 0)
{
    /// <summary>Outputs of each answer where every task has a head; null: the vocabulary.</summary>
    public int? Outputs { get; init; }
    /// <summary>The model is computed in bfloat16.</summary>
    public bool IsNarrow { get; init; }
    /// <summary>"none", "alternate" or "all": the layers that keep their input alone for the backward pass.</summary>
    public string Checkpointing { get; init; } = "none";

    /// <summary>Of the layers that gradients pass, those that are computed again in the backward pass. The first of them is not, where nothing below it is trained.</summary>
    public int Recomputed(ModelShapes model, TrainedPart trained)
    {
        var first = trained.FirstLayer + (trained.IsFull ? 0 : 1);
        return Checkpointing switch
        {
            "all" => Math.Max(0, model.Layers - first),
            "alternate" => Enumerable.Range(first, Math.Max(0, model.Layers - first)).Count(layer => layer % 2 == 1),
            _ => 0,
        };
    }
}

/// <summary>
/// The peak memory of a trainer on a CPU before it starts, in parts; numbers are float32, or bfloat16 where the spec's precision says so.
/// Weights, gradients and optimizer state are exact; activations are counted from what the backward pass of a
/// Llama-layout decoder keeps, and what an evaluation takes beyond a step (<see cref="EvaluationMemory"/>). Two constants are fitted to ten runs of a
/// model of 32 million parameters (LoRA and full, 1 and 4 tasks, 128 to 2,048 tokens; 0.6 to 2.7 GB), which the formula
/// then meets within 10 %; it has not been held against other models.
/// </summary>
public sealed record MemoryEstimate
{
    private const long Number = sizeof(float);
    /// <summary>Columns that the trainer turns to double at a time for the Gram matrix.</summary>
    private const long GramColumns = 1 << 18;
    /// <summary>What the process takes with libtorch loaded and warm, before any model (measured).</summary>
    private const long Program = 230_000_000;
    /// <summary>Freed blocks that the allocator keeps, as a share of what comes and goes in each step (measured, glibc).</summary>
    private const double Kept = 0.4;

    /// <summary>A checkpoint's tensors are copied, and written while training goes on, where the copies take no more than this: 2 GiB.</summary>
    public const long LargestCopy = 1L << 31;

    public required IReadOnlyList<MemoryPart> Parts { get; init; }

    public long Bytes => Parts.Sum(part => part.Bytes);

    /// <param name="stateBytes">Bytes that optimizer and averages keep for each trained parameter (<see cref="OptimizerState"/>); AdamW's by default.</param>
    /// <param name="quantize">How the frozen linear layers are kept, as <c>model.quantize</c> names it.</param>
    /// <param name="evaluation">Bytes that come and go in an evaluation; they take the place of a step's.</param>
    public static MemoryEstimate Of(ModelShapes model, TrainedPart trained, StepShape step, double stateBytes = 2 * Number, string quantize = "none", long evaluation = 0)
    {
        var (p, rows) = (trained.Parameters, (long)step.GradientRows);
        var (activations, logits) = (Activations(model, trained, step), Logits(model, step));
        var width = step.IsNarrow ? Number / 2 : Number;
        // The backward pass keeps what a layer was computed with: all of the layers' casts, or those of the layer that is computed again.
        var casts = step.IsNarrow ? width * p * (1 - (double)Math.Max(0, step.Recomputed(model, trained) - 1) / Math.Max(1, model.Layers)) : 0;
        var copied = Number * (p + (trained.IsFull ? trained.Frozen : 0)) + (long)(stateBytes * p);
        return new()
        {
            Parts =
            [
                new("weights", "Frozen weights", width * trained.Frozen - PackedWeights.Saved(model, quantize, width)),
                new("trained", "Trained weights", Number * p),
                // One row more holds the combined gradient, unless there is only one.
                new("gradients", "Task gradients", Number * (trained.RowLength * rows + (rows > 1 ? p : 0)) + step.SampleBytes),
                new("optimizer", "Optimizer state", (long)(stateBytes * p)),
                .. copied <= LargestCopy ? new[] { new MemoryPart("checkpoint", "Copy of a checkpoint while it is written", copied) } : [],
                .. casts > 0 ? new[] { new MemoryPart("casts", "Trained weights in bfloat16", (long)casts) } : [],
                new("activations", "Activations", activations),
                new("logits", "Logits", logits),
                new("workspace", "Gram matrix", sizeof(double) * rows * Math.Min(p, GramColumns)),
                .. evaluation > activations + logits ? new[] { new MemoryPart("evaluation", "Evaluation, beyond a step", evaluation - activations - logits) } : [],
                new("allocator", "Allocator's reserve", (long)(Kept * Math.Max(evaluation, activations + logits))),
                new("program", "Program", Program),
            ],
        };
    }

    /// <summary>
    /// Of each token and layer that gradients pass: the layer's input, the middle of its residual stream and both norms'
    /// outputs (hidden); queries, keys and values as attention sees them, its output and that output as the next layer's
    /// input (query width); and four times the MLP's inner width; what adapters keep, and the weights some of them make anew. Where norms are trained, their normalized inputs too.
    /// While the backward pass goes through a layer, gradients of its widest part stand beside them.
    /// </summary>
    private static long Activations(ModelShapes model, TrainedPart trained, StepShape step)
    {
        long tokens = (long)step.MicroBatch * (step.Length + trained.VirtualTokens);
        var width = step.IsNarrow ? Number / 2 : Number;
        var (layers, recomputed) = (model.Layers - trained.FirstLayer, step.Recomputed(model, trained));
        // Norms are computed in float32 and keep their input so.
        var layer = width * ((trained.IsFull ? 6L : 4L) * model.Hidden + 5L * model.Queries + 4L * model.Intermediate) + (step.IsNarrow ? 2 * Number * model.Hidden : 0);
        var passing = width * (2L * model.Hidden + 3L * model.Intermediate);
        // Beside the inputs of the layers that are computed again, one of them is there wholly at a time.
        var whole = layers - recomputed + (recomputed > 0 ? 1 : 0);
        return tokens * (whole * layer + recomputed * width * model.Hidden + width * trained.Ranks * whole / Math.Max(1, layers) + passing) + width * trained.Deltas;
    }

    /// <summary>Logits of the trained tokens, their log-softmax and its gradient, in float32; of bfloat16 logits and their gradient too.</summary>
    private static long Logits(ModelShapes model, StepShape step) =>
        (step.IsNarrow ? Number * 4 : Number * 3) * step.MicroBatch * Math.Min(step.AnswerTokens, step.Length) * (step.Outputs ?? model.Vocabulary);
}
