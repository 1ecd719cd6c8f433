using System.Text.Json.Nodes;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>What each of a micro-batch's n trained tokens costs.</summary>
/// <param name="Objective">(n), with its graph: what is trained.</param>
/// <param name="Raw">(n), without a graph: the cross entropy in nats, which is shown, where the objective is another (smoothed, capped); null: the objective itself.</param>
public readonly record struct TrainedLosses(Tensor Objective, Tensor? Raw = null)
{
    public static implicit operator TrainedLosses(Tensor objective) => new(objective);
}

/// <summary>The losses of each trained token of a micro-batch.</summary>
public delegate TrainedLosses TokenLosses(int step, MicroBatch batch, BatchTensors tensors);

/// <summary>What to do when a loss or a gradient is not finite.</summary>
public enum NonFiniteRule { Stop, Skip, Continue, Clip }

/// <summary>What a step is made with.</summary>
public sealed record StepOptions
{
    public required long Seed { get; init; }
    public required LossMode LossMode { get; init; }
    /// <summary>Largest norm of the combined gradient; 0: no clipping.</summary>
    public double ClipNorm { get; init; }
    /// <summary>Largest magnitude of an element of the combined gradient, after its norm is clipped; 0: no clipping.</summary>
    public double ClipValue { get; init; }
    /// <summary>Largest norm of one task's gradient, before the policy sees it; 0: no clipping.</summary>
    public double ClipTaskNorm { get; init; }
    /// <summary>Divides the combined gradient by the policy's nominal constant.</summary>
    public bool Normalize { get; init; }
    public NonFiniteRule OnNonFinite { get; init; }
    /// <summary>Steps between looks at how alike two halves of a task's micro-batches are (<see cref="HalfRows"/>); 0: never.</summary>
    public int HalvesEvery { get; init; }
    /// <summary>Sums all tasks' gradients in one row, where a row for each does not fit: only for policies that need their state alone.</summary>
    public bool Together { get; init; }
}

/// <summary>
/// One optimizer step over the micro-batches of several tasks: task gradients as rows of one matrix, one read of losses
/// and Gram matrix, the policy's coefficients, one product for the direction, the optimizer.
/// </summary>
/// <param name="tasks">Names of the mix's tasks.</param>
public sealed class MultiTaskStep(
    IReadOnlyList<string> tasks, TokenLosses tokenLosses, FlatParameters parameters, GradientRows rows, IWeightingPolicy policy, IOptimizer optimizer, StepOptions options)
{
    /// <summary>Sees the direction (P) just before the optimizer does, and may change it, as a penalty's gradient; null: nothing.</summary>
    public Action<Tensor>? Shaped { get; init; }

    /// <summary>The passes that the policy wants beside the step's own; null: none.</summary>
    public PolicyProbes? Probes { get; init; }

    /// <summary>What a policy on single elements works with; null for the others.</summary>
    public PolicyRows? PolicyRows { get; init; }

    /// <summary>What the policy remembers; belongs to a checkpoint.</summary>
    public JsonObject? PolicyState { get; set; }

    /// <summary>Takes the step with the learning rate given.</summary>
    /// <param name="batches">At least one; each of one task.</param>
    public StepResult Take(int step, IReadOnlyList<MicroBatch> batches, double rate)
    {
        using var scope = NewDisposeScope();
        var counts = new StepCounts(batches, options.LossMode);
        var own = OwnParts.Of(parameters, [.. counts.Present.Select(task => tasks[task])]);
        var input = new WeighInput { Tasks = [.. counts.Present.Select(task => tasks[task])], Step = step, Seed = options.Seed, LearningRate = rate, HeldOutLosses = Probes?.HeldOutLosses(step) };
        var weighing = policy.Needs == PolicyNeeds.State ? PolicyCalls.Weigh(policy, input, PolicyState) : null;

        var halves = options is { Together: false, HalvesEvery: > 0 } && step % options.HalvesEvery == 0 ? new HalfRows(rows, counts, batches, step / options.HalvesEvery) : null;
        var sums = Backward(step, batches, counts, options.Together ? weighing!.Coefficients : null, halves);
        var selfCosines = halves?.Cosines();
        var (modeMeans, losses, gram) = Read(sums, counts, own);
        var nonFinite = NonFinite(losses, own.Total(gram), counts);
        var leftOut = nonFinite;
        if (nonFinite.Count > 0 && options.OnNonFinite == NonFiniteRule.Clip && !options.Together)
        {
            rows.Mend(nonFinite.Select(counts.Slot));
            gram = Read(sums, counts, own).Gram;
            leftOut = NonFinite(losses, own.Total(gram), counts);
        }
        var held = GradientClip.TaskFactors(own.Total(gram), options.Together ? 0 : options.ClipTaskNorm);
        var seen = GradientClip.Scaled(gram, held);

        input = input with { Losses = modeMeans, Gram = options.Together ? null : seen };
        var usable = leftOut.Count == 0 || (options.OnNonFinite is NonFiniteRule.Continue or NonFiniteRule.Clip && leftOut.Count < counts.Present.Count);
        using var whole = PolicyRows is null ? null : rows.First(counts.Present.Count);
        var blocks = PolicyRows?.Blocks(whole!, counts.Present, held, usable);
        weighing ??= PolicyCalls.Weigh(policy, input, PolicyState, blocks);
        var (alpha, norm) = PolicyRows?.Direction is null ? Direction(weighing.Coefficients, seen, counts, leftOut, own.Held(held)) : OwnDirection(blocks!.SquaredNorm, counts);
        var stepped = double.IsFinite(norm) && usable;
        if (stepped)
        {
            input = input with { HeldOutProducts = options.Together ? null : Probes?.HeldOutProducts(step, rows, [.. weighing.Coefficients.Zip(held, (a, f) => a * f)], rate) };
            var direction = PolicyRows?.Direction is { } written ? written.mul_(alpha[0]) : rows.Combine([.. alpha.Zip(held, (a, f) => a * f)], own.Factors);
            if (options.ClipValue > 0) direction.clamp_(-options.ClipValue, options.ClipValue);
            Shaped?.Invoke(direction);
            optimizer.Step(direction, rate);
            PolicyState = PolicyCalls.Advance(policy, input with { LossesAfter = Probes?.LossesAfter(step, batches, counts, tokenLosses) }, weighing.State ?? PolicyState);
        }
        return new()
        {
            Step = step, Present = counts.Present, Tokens = counts.Tokens, Examples = counts.Examples, Losses = losses,
            Coefficients = weighing.Coefficients, Gram = options.Together ? null : gram, SelfCosines = selfCosines, GradientNorm = norm, NonFinite = nonFinite, Stepped = stepped, Note = weighing.Note,
        };
    }

    /// <summary>Runs every micro-batch forward and backward into its task's row; (2, K) float64: the summed losses in the mode's unit, and by token. It belongs to the caller's dispose scope.</summary>
    private Tensor Backward(int step, IReadOnlyList<MicroBatch> batches, StepCounts counts, double[]? factors, HalfRows? halves)
    {
        var sums = zeros([2, counts.Present.Count], ScalarType.Float64, parameters.Values.device);
        rows.Clear(options.Together ? 1 : counts.Present.Count);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var slot = counts.Slot(batch.Task);
            rows.Bind(options.Together ? 0 : slot);
            var tensors = batch.Collate(parameters.Values.device);
            var (losses, raw) = tokenLosses(step, batch, tensors); // (n)
            var inMode = counts.BySample ? losses.mul(tensors.Shares) : losses;
            inMode.sum().mul((factors?[slot] ?? 1) / counts.Divisor(slot)).backward();
            using var quiet = no_grad();
            sums[0, slot].add_(inMode.detach().sum(ScalarType.Float64));
            sums[1, slot].add_((raw ?? losses).detach().sum(ScalarType.Float64));
            halves?.After(slot);
        }
        return sums;
    }

    /// <summary>The one read of a step: mean losses in the mode's unit and by token, and the Gram matrix.</summary>
    private (double[] ModeMeans, double[] TokenMeans, double[,] Gram) Read(Tensor sums, StepCounts counts, OwnParts own)
    {
        var k = counts.Present.Count;
        var used = options.Together ? 1 : k;
        var read = cat([sums.flatten(), rows.Gram(used).flatten(), .. own.Any ? new[] { rows.PrivateGram(used).flatten() } : []]).cpu().data<double>().ToArray();
        var gram = new double[used, used];
        for (var i = 0; i < used; i++)
            for (var j = 0; j < used; j++)
                gram[i, j] = read[2 * k + i * used + j];
        if (own.Any) own.Take(read.AsSpan(2 * k + used * used));
        return ([.. Enumerable.Range(0, k).Select(slot => read[slot] / counts.TaskCount(slot))],
            [.. Enumerable.Range(0, k).Select(slot => read[k + slot] / counts.Tokens[slot])], gram);
    }

    private List<int> NonFinite(double[] losses, double[,] gram, StepCounts counts) =>
        [.. counts.Present.Where((_, slot) => !double.IsFinite(losses[slot]) || (!options.Together && !double.IsFinite(gram[slot, slot])))];

    /// <summary>The rows' final factors (normalized and clipped; 0 for rows that are not finite) and the norm before clipping: ‖Jᵀα‖² = αᵀGα.</summary>
    private (double[] Alpha, double Norm) Direction(double[] coefficients, double[,] gram, StepCounts counts, List<int> nonFinite, OwnParts own)
    {
        var scale = Scale(counts);
        double[] alpha = options.Together ? [scale] : [.. coefficients.Select((c, slot) => nonFinite.Contains(counts.Present[slot]) ? 0 : c * scale)];
        var squared = 0.0;
        for (var i = 0; i < alpha.Length; i++)
            for (var j = 0; j < alpha.Length; j++)
                if (alpha[i] != 0 && alpha[j] != 0) squared += alpha[i] * alpha[j] * gram[i, j];
        // What is private to a task is no matter of the combination: it counts fully under policies on gradients, else as its loss does.
        double[] beta = [.. alpha.Select((a, slot) => nonFinite.Contains(counts.Present[slot]) ? 0 : policy.Needs >= PolicyNeeds.Gram ? 1 : a)];
        squared += own.SquaredNorm(beta);
        var norm = double.IsNaN(squared) ? double.NaN : Math.Sqrt(Math.Max(0, squared));
        own.Scale(beta, Clip(norm));
        return ([.. alpha.Select(a => a * Clip(norm))], norm);
    }

    /// <summary>The one factor of a direction that the policy wrote itself, and its norm before clipping.</summary>
    private (double[] Factor, double Norm) OwnDirection(double squared, StepCounts counts)
    {
        var norm = Math.Sqrt(squared) * Scale(counts);
        return ([Scale(counts) * Clip(norm)], norm);
    }

    private double Scale(StepCounts counts) => options.Normalize ? 1 / policy.NominalScale(counts.Present.Count) : 1;

    // The factor is PyTorch's clip_grad_norm_.
    private double Clip(double norm) => options.ClipNorm > 0 ? Math.Min(1, options.ClipNorm / (norm + 1e-6)) : 1;
}
