using System.Text.Json.Nodes;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Models;
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
    /// <summary>Sums all tasks' gradients in one row, where a row for each does not fit: for policies on gradients with a <see cref="Sample"/>; those on this step's losses pass forward first.</summary>
    public bool Together { get; init; }
    /// <summary>What is kept of each task's gradient for the policy, with <see cref="Together"/>; null: nothing.</summary>
    public GradientSample? Sample { get; init; }
    /// <summary>With a sample: the direction is by the coefficients of the weighing before, so that one pass is enough; else by a second pass.</summary>
    public bool LastCoefficients { get; init; }
    /// <summary>Steps between two weighings of a gradient policy; the coefficients are kept meanwhile.</summary>
    public int WeighEvery { get; init; } = 1;
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

    /// <summary>Looks at the task gradients by layer; null: nobody looks.</summary>
    public LayerLook? Layers { get; init; }

    /// <summary>Tries steps of single tasks beside the step; null: none is tried.</summary>
    public WhoPays? Pays { get; init; }

    /// <summary>Examples that go through the model at once since memory ran out for more; null: whole micro-batches. Belongs to a checkpoint.</summary>
    public int? MicroBatchLimit { get; set; }

    private MemoryPhase phase;

    /// <summary>What the policy remembers; belongs to a checkpoint.</summary>
    public JsonObject? PolicyState { get; set; }

    /// <summary>The coefficients of the last weighing, where steps go by them; belongs to a checkpoint.</summary>
    public KeptCoefficients Kept { get; set; } = KeptCoefficients.None;

    /// <summary>Takes the step with the learning rate given.</summary>
    /// <param name="batches">At least one; each of one task.</param>
    /// <exception cref="NotEnoughMemoryException">Memory ran out, though examples went through the model one by one.</exception>
    public StepResult Take(int step, IReadOnlyList<MicroBatch> batches, double rate)
    {
        phase = MemoryPhase.Weigh;
        try
        {
            var before = MicroBatchLimit;
            return TakeWithin(step, batches, rate) with { MicroBatchLimit = MicroBatchLimit, Halved = MicroBatchLimit != before };
        }
        catch (Exception fault) when (MemoryFaults.IsOutOfMemory(fault))
        {
            throw MemoryFaults.Of(phase, $"at step {step + 1}", fault);
        }
    }

    private StepResult TakeWithin(int step, IReadOnlyList<MicroBatch> batches, double rate)
    {
        using var scope = NewDisposeScope();
        var counts = new StepCounts(batches, options.LossMode);
        var own = OwnParts.Of(parameters, [.. counts.Present.Select(task => tasks[task])], options.Together);
        var input = new WeighInput { Tasks = [.. counts.Present.Select(task => tasks[task])], Step = step, Seed = options.Seed, LearningRate = rate, HeldOutLosses = Probes?.HeldOutLosses(step) };
        var due = policy.Needs == PolicyNeeds.State || Kept.IsDue(step, options.WeighEvery, input.Tasks);
        var weighing = policy.Needs == PolicyNeeds.State ? PolicyCalls.Weigh(policy, input, PolicyState) : due && !options.LastCoefficients ? null : Kept.For(input.Tasks, policy);
        var (all, sample) = (batches, due ? options.Sample : null);
        Pass? probe = null;
        if (options.Together && weighing is null)
        {
            probe = Run(step, batches, counts, own, null, sample, forward: sample is null);
            weighing = PolicyCalls.Weigh(policy, input with { Losses = probe.ModeMeans, Excess = probe.Excess, Gram = probe.Sampled }, PolicyState);
            batches = [.. batches.Where(batch => !weighing.LeftOut.Contains(tasks[batch.Task]))];
        }
        HalfRows? halves = null;
        Func<IReadOnlyList<MicroBatch>, HalfRows>? halved = options is { Together: false, HalvesEvery: > 0 } && step % options.HalvesEvery == 0 ? parts => halves = new HalfRows(rows, counts, parts, step / options.HalvesEvery) : null;
        var pass = Run(step, batches, counts, own, options.Together ? weighing!.Coefficients : null, probe is null ? sample : null, halved: halved);

        var selfCosines = halves?.Cosines();
        var layers = options.Together ? null : Layers?.Take(step, rows, counts.Present.Count);
        StepEffect? effect = null;
        var ((modeMeans, losses, _, sampled, excess), gram) = (probe ?? pass, pass.Gram);
        var nonFinite = NonFinite(losses, sampled ?? (options.Together ? null : own.Total(gram)), counts);
        var leftOut = nonFinite;
        if (nonFinite.Count > 0 && options.OnNonFinite == NonFiniteRule.Clip && !options.Together)
        {
            rows.Mend(nonFinite.Select(counts.Slot));
            var again = cat([rows.Gram(counts.Present.Count).flatten(), .. own.Any ? new[] { rows.PrivateGram(counts.Present.Count).flatten() } : []]).cpu().data<double>().ToArray();
            gram = Matrix(again, 0, counts.Present.Count);
            if (own.Any) own.Take(again.AsSpan(gram.Length));
            leftOut = NonFinite(losses, own.Total(gram), counts);
        }
        var held = GradientClip.TaskFactors(own.Total(gram), options.Together ? 0 : options.ClipTaskNorm);
        var seen = GradientClip.Scaled(gram, held);

        input = input with { Losses = modeMeans, Excess = excess, Gram = sampled ?? (options.Together ? null : seen) };
        var usable = leftOut.Count == 0 || (options.OnNonFinite is NonFiniteRule.Continue or NonFiniteRule.Clip && leftOut.Count < counts.Present.Count);
        using var whole = PolicyRows is null ? null : rows.First(counts.Present.Count);
        var blocks = PolicyRows?.Blocks(whole!, counts.Present, held, usable);
        weighing ??= PolicyCalls.Weigh(policy, input, PolicyState, blocks);
        var (alpha, norm) = PolicyRows?.Direction is null ? Direction(weighing.Coefficients, seen, counts, leftOut, own.Held(held)) : OwnDirection(blocks!.SquaredNorm, counts, leftOut, own.Held(held));
        var stepped = double.IsFinite(norm) && usable;
        if (stepped)
        {
            input = input with { HeldOutProducts = options.Together ? null : Probes?.HeldOutProducts(step, rows, [.. weighing.Coefficients.Zip(held, (a, f) => a * f)], own.Unscaled(slot => !leftOut.Contains(counts.Present[slot])), rate) };
            var trial = options.Together ? null : Pays?.Begin(step, rows, counts);
            var direction = PolicyRows?.Direction is { } written ? rows.Placed(written, alpha[0], own.Factors) : rows.Combine([.. alpha.Zip(held, (a, f) => a * f)], own.Factors);
            if (options.ClipValue > 0) direction.clamp_(Scalars.Of(-options.ClipValue), Scalars.Of(options.ClipValue));
            Shaped?.Invoke(direction);
            phase = MemoryPhase.Optimizer;
            optimizer.Step(direction, rate);
            phase = MemoryPhase.Weigh;
            effect = trial is null ? null : Effect(trial);
            if (due) Remember(weighing, input with { LossesAfter = Probes?.LossesAfter(step, BatchParts.Of(all, MicroBatchLimit), counts, tokenLosses) });
        }
        return new()
        {
            Step = step, Present = counts.Present, Tokens = counts.Tokens, Examples = counts.Examples, Losses = losses,
            Coefficients = weighing.Coefficients, Gram = sampled ?? (options.Together ? null : gram), SelfCosines = selfCosines, Layers = layers, Effect = effect, GradientNorm = norm, NonFinite = nonFinite, Stepped = stepped, Note = weighing.Note,
        };
    }

    /// <summary>What a trial found; null where there is no room for it: what is only recorded ends no run.</summary>
    private StepEffect? Effect(WhoPays.Trial trial)
    {
        try
        {
            return Pays!.Measure(trial);
        }
        catch (Exception fault) when (MemoryFaults.IsOutOfMemory(fault))
        {
            return null;
        }
    }

    /// <summary>Moves the policy's state on, and keeps the coefficients that later steps go by.</summary>
    private void Remember(Weighing weighing, WeighInput input)
    {
        if (options.LastCoefficients) Kept = Kept.With(input.Tasks, PolicyCalls.Weigh(policy, input, PolicyState));
        else if (options.WeighEvery > 1) Kept = Kept.With(input.Tasks, weighing);
        PolicyState = PolicyCalls.Advance(policy, input, weighing.State ?? PolicyState);
    }

    /// <summary>What one pass over the micro-batches gave.</summary>
    /// <param name="ModeMeans">(K): mean losses in the mode's unit.</param>
    /// <param name="Losses">(K): mean losses a token.</param>
    /// <param name="Gram">Of the rows that make the direction: (K, K), or (1, 1) where the tasks share one.</param>
    /// <param name="Sampled">(K, K): of the tasks' samples; null where none were taken.</param>
    /// <param name="Excess">(K): mean a token of what lies above a reference run's loss; null without a reference.</param>
    private sealed record Pass(double[] ModeMeans, double[] Losses, double[,] Gram, double[,]? Sampled, double[]? Excess);

    /// <summary>Runs every micro-batch forward and backward: into its task's row, or times its task's factor into the one row that all share. With a
    /// sample, each task's gradient is taken by itself first; without factors it is then only sampled; a forward pass alone tells the losses.</summary>
    /// <remarks>Where memory runs out the pass is made again, with half of the examples at once.</remarks>
    private Pass Run(int step, IReadOnlyList<MicroBatch> batches, StepCounts counts, OwnParts own, double[]? factors, GradientSample? sample, bool forward = false, Func<IReadOnlyList<MicroBatch>, HalfRows>? halved = null)
    {
        while (true)
        {
            var parts = BatchParts.Of(batches, MicroBatchLimit);
            try
            {
                var pass = RunOnce(step, parts, counts, own, factors, sample, forward, halved?.Invoke(parts));
                phase = MemoryPhase.Weigh;
                return pass;
            }
            catch (Exception fault) when (MemoryFaults.IsOutOfMemory(fault) && phase is (MemoryPhase.Forward or MemoryPhase.Backward) && BatchParts.Halved(batches, MicroBatchLimit) is { } smaller)
            {
                MicroBatchLimit = smaller;
                NativeSettings.ReleaseFreed();
            }
        }
    }

    private Pass RunOnce(int step, IReadOnlyList<MicroBatch> batches, StepCounts counts, OwnParts own, double[]? factors, GradientSample? sample, bool forward, HalfRows? halves)
    {
        var k = counts.Present.Count;
        var used = options.Together ? 1 : k;
        var sums = zeros([3, k], ScalarType.Float64, parameters.Values.device); // summed losses in the mode's unit, by token, and above a reference's
        rows.Clear(used);
        if (sample is null)
            foreach (var batch in batches)
            {
                rows.Bind(options.Together ? 0 : counts.Slot(batch.Task));
                Accumulate(step, batch, counts, factors?[counts.Slot(batch.Task)] ?? 1, sums, forward, halves);
            }
        else
            foreach (var task in batches.GroupBy(batch => counts.Slot(batch.Task)))
            {
                sample.Begin();
                foreach (var batch in task) Accumulate(step, batch, counts, 1, sums);
                sample.Keep(task.Key);
                if (factors is not null) rows.Add(sample.Gradient, factors[task.Key]);
            }

        phase = MemoryPhase.Weigh;
        // The one read of a pass.
        var read = cat([sums.flatten(), rows.Gram(used).flatten(), .. own.Any ? new[] { rows.PrivateGram(used).flatten() } : [], .. sample is null ? Array.Empty<Tensor>() : [sample.Gram(k).flatten()]]).cpu().data<double>().ToArray();
        if (own.Any) own.Take(read.AsSpan(3 * k + used * used)); // parts that are private to tasks are never sampled
        return new([.. Enumerable.Range(0, k).Select(slot => read[slot] / counts.TaskCount(slot))], [.. Enumerable.Range(0, k).Select(slot => read[k + slot] / counts.Tokens[slot])],
            Matrix(read, 3 * k, used), sample is null ? null : Matrix(read, 3 * k + used * used, k),
            batches[0].Examples[0].Reference is null ? null : [.. Enumerable.Range(0, k).Select(slot => read[2 * k + slot] / counts.Tokens[slot])]);
    }

    private void Accumulate(int step, MicroBatch batch, StepCounts counts, double factor, Tensor sums, bool forward = false, HalfRows? halves = null)
    {
        using var grads = set_grad_enabled(!forward);
        using var scope = NewDisposeScope();
        phase = MemoryPhase.Forward;
        var slot = counts.Slot(batch.Task);
        var tensors = batch.Collate(parameters.Values.device);
        var (losses, raw) = tokenLosses(step, batch, tensors); // (n)
        var inMode = counts.BySample ? losses.mul(tensors.Shares) : losses;
        if (!forward)
        {
            phase = MemoryPhase.Backward;
            inMode.sum().mul(Scalars.Of(factor / counts.Divisor(slot))).backward();
            BackwardFaults.ThrowIfAny();
        }
        using var quiet = no_grad();
        sums[0, slot].add_(inMode.detach().sum(ScalarType.Float64), Scalars.One);
        sums[1, slot].add_((raw ?? losses).detach().sum(ScalarType.Float64), Scalars.One);
        if (tensors.Reference is { } reference) sums[2, slot].add_((raw ?? losses).detach().sub(reference).relu().sum(ScalarType.Float64), Scalars.One);
        halves?.After(slot);
    }

    private static double[,] Matrix(double[] numbers, int start, int size)
    {
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                matrix[i, j] = numbers[start + i * size + j];
        return matrix;
    }

    private static List<int> NonFinite(double[] losses, double[,]? gram, StepCounts counts) =>
        [.. counts.Present.Where((_, slot) => !double.IsFinite(losses[slot]) || (gram is not null && !double.IsFinite(gram[slot, slot])))];

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
    private (double[] Factor, double Norm) OwnDirection(double squared, StepCounts counts, List<int> nonFinite, OwnParts own)
    {
        double[] beta = [.. counts.Present.Select(task => nonFinite.Contains(task) ? 0.0 : 1)];
        var norm = Math.Sqrt(squared * Scale(counts) * Scale(counts) + own.SquaredNorm(beta));
        own.Scale(beta, Clip(norm));
        return ([Scale(counts) * Clip(norm)], norm);
    }

    private double Scale(StepCounts counts) => options.Normalize ? 1 / policy.NominalScale(counts.Present.Count) : 1;

    // The factor is PyTorch's clip_grad_norm_.
    private double Clip(double norm) => options.ClipNorm > 0 ? Math.Min(1, options.ClipNorm / (norm + 1e-6)) : 1;
}
