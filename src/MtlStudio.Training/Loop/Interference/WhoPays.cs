using MtlStudio.Core;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>
/// Tries, beside the step, what a step along one task's gradient alone does to every task's validation loss (the lookahead of Task Affinity
/// Grouping, Fifty et al. 2021). The trial goes the way that the optimizer would scale that gradient and as far as the step itself went, so that
/// sizes are real; the tasks take turns. Values come back bit for bit, and nothing that trains reads what is found.
/// </summary>
/// <param name="names">Of the mix's tasks.</param>
/// <param name="validation">By task; empty where it has none.</param>
/// <param name="every">Steps between two trials, over 0.</param>
/// <param name="size">Examples of each task that are looked at, at most.</param>
public sealed class WhoPays(
    IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<LabeledIds>> validation, TokenLosses plain, FlatParameters parameters, IOptimizer optimizer, long seed, int every, int size)
{
    /// <summary>Trained elements beyond which no trial is made: it keeps three more rows of them for a moment.</summary>
    public const long MostParameters = 1 << 27;

    /// <summary>What a trial needs from before the step. Its tensors belong to the scope around the caller's.</summary>
    public sealed record Trial(int Step, int Source, Tensor Gradient, Tensor Before);

    /// <summary>Keeps what a trial needs, where one is due: before the rows are combined and the step is made.</summary>
    /// <param name="counts">Of the step: only a task that is in it can be tried.</param>
    public Trial? Begin(int step, GradientRows rows, StepCounts counts)
    {
        if (step % every != 0) return null;
        using var quiet = no_grad();
        // The first that is present from the task whose turn it is.
        var turn = step / every % names.Count;
        var source = counts.Present.MinBy(task => (task - turn + names.Count) % names.Count);
        using var row = rows.RowOf(counts.Slot(source));
        return new(step, source, row.clone(), parameters.Values.detach().clone());
    }

    /// <summary>After the step: tries the other one, measures, and puts the step's values back. Null where nothing can be said.</summary>
    public StepEffect? Measure(Trial trial)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var made = parameters.Values.detach().clone();
        var shared = Shared(made);
        var length = shared.sub(Shared(trial.Before)).norm().to(ScalarType.Float64).item<double>();
        var way = Scaled(trial.Gradient);
        var size = way.norm().to(ScalarType.Float64).item<double>();
        if (!(length > 0) || !(size > 0) || !double.IsFinite(length / size)) return null;
        var batches = Enumerable.Range(0, names.Count).Select(task => Draw(trial.Step, task)).OfType<MicroBatch>().ToList();
        if (batches.Count == 0) return null;
        try
        {
            parameters.Values.copy_(trial.Before);
            var before = Losses(trial.Step, batches);
            Shared(parameters.Values).sub_(way.mul_(Scalars.Of(length / size)));
            var after = Losses(trial.Step, batches);
            var read = cat([before, after]).cpu().data<double>().ToArray();
            return new(trial.Source, [.. batches.Select((batch, i) => (batch.Task, read[i], read[batches.Count + i]))]);
        }
        finally
        {
            parameters.Values.copy_(made);
        }
    }

    private Tensor Shared(Tensor flat) => flat.narrow(0, 0, parameters.SharedCount);

    /// <summary>(shared): the gradient as the optimizer would scale it by itself: with second moments g/√(v + g²/1000), which holds even elements that v has not seen yet.</summary>
    private Tensor Scaled(Tensor gradient)
    {
        var second = optimizer.State.Where(state => state.Name == "second" && state.Value.numel() == parameters.Count && state.Value.dtype == ScalarType.Float32).Select(state => state.Value).FirstOrDefault();
        var way = second is null ? gradient.clone() : gradient.div(Shared(second).add(gradient.mul(gradient).mul_(Scalars.Of(1e-3)), Scalars.One).sqrt_().add_(Scalars.Of(1e-12), Scalars.One));
        foreach (var segment in parameters.Segments.Where(segment => segment.Owner is null && segment.RateFactor != 1)) way.narrow(0, segment.Start, segment.Length).mul_(Scalars.Of(segment.RateFactor));
        return way;
    }

    /// <summary>The same examples before and after, others at the next trial.</summary>
    private MicroBatch? Draw(int step, int task)
    {
        var examples = validation[task];
        if (examples.Count == 0) return null;
        var order = Enumerable.Range(0, examples.Count).ToArray();
        if (examples.Count > size) new KeyedRandom(seed, "who-pays/" + names[task], step).Shuffle(order.AsSpan());
        return new(task, 0, [.. order.Take(size).Select(example => examples[example])]);
    }

    private Tensor Losses(int step, IReadOnlyList<MicroBatch> batches)
    {
        using var scope = NewDisposeScope();
        return stack([.. batches.Select(batch => plain(step, batch, batch.Collate(parameters.Values.device)).Objective.to(ScalarType.Float64).mean())]).MoveToOuterDisposeScope();
    }
}
