using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Group DRO (Sagawa et al. 2020) by exponentiated gradient: α ← (1 − c)·softmax(ln α + η λ) + c/K, and the step is on Σ αₖ Lₖ. λ is each task's
/// loss, or with a reference run what its tokens lie above that run's, clipped at 0: then it is the proxy of DoReMi (Xie et al. 2023, algorithm 1),
/// whose mean α over the steps are the shares to draw by. Scale: sum 1.
/// </summary>
/// <remarks>α starts even and moves before the step, by this step's losses. Of a step that lacks some tasks, the others share what they had
/// together and absent ones keep theirs; a λ that is not finite leaves its task's α as it is. Limits: dropout in the proxy counts as loss above the reference.</remarks>
/// <param name="eta">η &gt; 0.</param>
/// <param name="smoothing">c in [0, 1).</param>
/// <param name="all">Every task of the mix.</param>
internal sealed class GroupDroPolicy(double eta, double smoothing, IReadOnlyList<string> all) : IWeightingPolicy
{
    public static GroupDroPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) => new(options.Number("eta"), options.Number("smoothing"), tasks);

    public string Name => "group-dro";
    public PolicyNeeds Needs => PolicyNeeds.Losses;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.OfLosses(input);
        return tasks.Spread(Moved(tasks, input, PolicyState.Read<Known>(state)));
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<Known>(state);
        var tasks = FiniteTasks.OfLosses(input);
        var moved = Moved(tasks, input, known);
        var weights = all.ToDictionary(task => task, task => Weight(known, task));
        for (var i = 0; i < tasks.Count; i++) weights[tasks.Name(i)] = moved[i];
        return PolicyState.Write(new Known { Weights = weights, Sums = all.ToDictionary(task => task, task => known.Sums.GetValueOrDefault(task) + weights[task]), Steps = known.Steps + 1 });
    }

    /// <summary>The mean of α over the steps so far; null before the first.</summary>
    public static FoundShares? Shares(JsonObject? state)
    {
        var known = PolicyState.Read<Known>(state);
        var sum = known.Sums.Values.Sum();
        return known.Steps == 0 ? null : new(known.Steps, known.Sums.ToDictionary(pair => pair.Key, pair => pair.Value / sum));
    }

    /// <summary>(n): α of the kept tasks after this step's losses.</summary>
    private double[] Moved(FiniteTasks tasks, WeighInput input, Known known)
    {
        double[] weights = [.. tasks.Kept.Select((_, i) => Weight(known, tasks.Name(i)))];
        var excess = tasks.Kept.Select((k, i) => input.Excess is { } above ? above[k] : tasks.Loss(i)).ToArray();
        int[] moving = [.. Enumerable.Range(0, weights.Length).Where(i => double.IsFinite(excess[i]))];
        if (moving.Length == 0) return weights;
        var (mass, most) = (moving.Sum(i => weights[i]), moving.Max(i => eta * excess[i]));
        var grown = moving.Select(i => weights[i] * Math.Exp(eta * excess[i] - most)).ToArray();
        // All that grows may lie far below a task whose weight had come to 0: then nothing is known of them.
        var sum = grown.Sum();
        for (var i = 0; i < moving.Length; i++) weights[moving[i]] = mass * ((1 - smoothing) * (sum > 0 ? grown[i] / sum : 1.0 / moving.Length) + smoothing / moving.Length);
        return weights;
    }

    private double Weight(Known known, string task) => known.Weights.TryGetValue(task, out var weight) ? weight : 1.0 / all.Count;

    private sealed record Known
    {
        /// <summary>α by task, sum 1.</summary>
        public Dictionary<string, double> Weights { get; init; } = [];
        /// <summary>Σ α over the steps, by task.</summary>
        public Dictionary<string, double> Sums { get; init; } = [];
        public int Steps { get; init; }
    }
}
