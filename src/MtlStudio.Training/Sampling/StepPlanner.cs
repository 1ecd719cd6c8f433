using MtlStudio.Core;
using MtlStudio.Core.Curricula;
using MtlStudio.Core.Sampling;

namespace MtlStudio.Training.Sampling;

/// <summary>
/// Draws the micro-batches of each step. Tasks are drawn by (seed, "sampler", step, micro-batch) and examples by each task's
/// own epochs, so a plan depends on the mix, the step and the counters alone. Where every step must hold each task, the
/// first micro-batches are one of each in the mix's order and the rest is drawn. Under a curriculum a task walks through its
/// epochs and leaves out what is too hard yet.
/// </summary>
public sealed class StepPlanner
{
    private readonly SampledMix mix;
    private readonly Curriculum? curriculum;
    private readonly IReadOnlyList<ExampleFacts> facts;
    private readonly IExampleOrder[] orders;
    private readonly string[] arms; // the tasks that a bandit chooses among

    public StepPlanner(SampledMix mix) : this(mix, null, []) { }

    /// <param name="facts">(K), or none.</param>
    public StepPlanner(SampledMix mix, Curriculum? curriculum, IReadOnlyList<ExampleFacts> facts)
    {
        (this.mix, this.curriculum) = (mix, curriculum);
        this.facts = facts.Count > 0 ? facts : [.. mix.Tasks.Select(_ => ExampleFacts.None)];
        orders = [.. mix.Tasks.Select((task, k) => Order(task, mix.Sizes[k], this.facts[k]))];
        arms = [.. mix.Tasks.Where((_, k) => mix.Shares[k] > 0)];
    }

    /// <summary>The draws of a step, from 0, given the counters before it.</summary>
    public StepPlan Plan(int step, SamplerState state)
    {
        var wheel = WheelAt(step, state.Bandit);
        var (drawn, passed) = (new Dictionary<string, long>(state.Drawn), new Dictionary<string, long>(state.Passed));
        var batches = new MicroBatchPlan[mix.MicroBatches];
        for (var m = 0; m < batches.Length; m++)
        {
            var task = wheel.TaskOf(mix.Seed, step, m);
            var name = mix.Tasks[task];
            var from = drawn.GetValueOrDefault(name);
            var examples = new int[mix.MicroBatchSize];
            if (RanksOf(task, state) is { } ranks) passed[name] = Walk(task, ranks, curriculum!.PoolAt(step, mix.Sizes[task]), passed.GetValueOrDefault(name), examples);
            else for (var e = 0; e < examples.Length; e++) examples[e] = orders[task].At(from + e);
            drawn[name] = from + examples.Length;
            batches[m] = new(m, task, examples);
        }
        return new(step, batches, state with { Drawn = drawn, Passed = passed }) { Probabilities = mix.FollowsLosses ? wheel.Shares : null };
    }

    /// <summary>What the bandit learns of a step's losses: one draw for each micro-batch, in their order.</summary>
    /// <param name="losses">By task, nats a token.</param>
    public SamplerState Learn(StepPlan plan, SamplerState state, IReadOnlyDictionary<int, double> losses)
    {
        if (plan.Probabilities is not { } probabilities) return state;
        var bandit = state.Bandit ?? new();
        foreach (var batch in plan.MicroBatches)
            if (losses.TryGetValue(batch.Task, out var loss)) bandit = Exp3.Update(bandit, mix.Tasks[batch.Task], probabilities[batch.Task], loss);
        return state with { Bandit = bandit };
    }

    /// <summary>The number of steps after which the rule is met, at most <see cref="SampledMix.Steps"/>.</summary>
    public int StepsUntil(EndRule rule)
    {
        var drawn = new long[mix.Tasks.Count];
        bool[] live = [.. mix.Shares.Select(share => share > 0)];
        for (var step = 0; step < mix.Steps; step++)
        {
            if (MixEnd.IsReached(rule, drawn, mix.Sizes, live)) return step;
            var wheel = WheelAt(step, null);
            for (var m = 0; m < mix.MicroBatches; m++) drawn[wheel.TaskOf(mix.Seed, step, m)] += mix.MicroBatchSize;
        }
        return mix.Steps;
    }

    private IReadOnlyList<int>? RanksOf(int task, SamplerState state) =>
        curriculum is null ? null : facts[task].Ranks ?? state.Ranks.GetValueOrDefault(mix.Tasks[task]);

    /// <summary>Fills the examples with the next ones of the order that are among the <paramref name="pool"/> easiest; gives the places passed.</summary>
    private long Walk(int task, IReadOnlyList<int> ranks, int pool, long passed, int[] examples)
    {
        for (var e = 0; e < examples.Length; e++)
        {
            while (ranks[orders[task].At(passed)] >= pool) passed++;
            examples[e] = orders[task].At(passed++);
        }
        return passed;
    }

    private DrawWheel WheelAt(int step, Exp3State? bandit)
    {
        var shares = mix.SharesAt(step, mix.FollowsLosses ? Learned(bandit ?? new()) : null);
        return new(mix.PlannedOf(shares), mix.DrawShares(shares), mix.EveryTask);
    }

    private double[] Learned(Exp3State bandit)
    {
        var shares = arms.Zip(Exp3.Shares(bandit, arms)).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. mix.Tasks.Select(task => shares.GetValueOrDefault(task))];
    }

    private IExampleOrder Order(string task, int size, ExampleFacts of) =>
        of is { Strata: { Count: > 0 } own, Balance: true } ? new BalancedOrder(mix.Seed, task, own)
        : of.Strata is { Count: > 0 } strata ? new EpochOrder(mix.Seed, task, size, (order, _) => Stratified.Arrange(order, strata, mix.MicroBatchSize))
        : of.Lengths is { } lengths ? new EpochOrder(mix.Seed, task, size, (order, _) => LengthGroups.Arrange(order, lengths, mix.MicroBatchSize))
        : new EpochOrder(mix.Seed, task, size);
}
