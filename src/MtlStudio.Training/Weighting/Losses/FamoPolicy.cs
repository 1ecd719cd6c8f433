using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// FAMO (Liu et al. 2023): lowers all tasks' losses at about the same relative pace. With z = softmax(ξ) the step is on
/// Σ zᵢ ln(Lᵢ − bᵢ + ε), scaled so that the coefficients z/(L − b + ε) sum to 1; after the step the same micro-batches are passed
/// again, δ = ln L before − ln L after, and ξ follows the gradient z(δ − z·δ) by Adam with coupled L2. Scale: sum 1.
/// </summary>
/// <remarks>ε = 1e-8 as in both reference implementations. z is over the tasks of the step; the others' ξ stays. A loss that is not finite,
/// before or after, leaves ξ as it is. Limits: one more forward pass a step, and noise in δ where a step moves losses little.</remarks>
/// <param name="bounds">b by task: the least loss that can be reached.</param>
internal sealed class FamoPolicy(IReadOnlyDictionary<string, double> bounds, NumberRule rule) : IWeightingPolicy
{
    private const double Epsilon = 1e-8;

    public static FamoPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) =>
        new(options.PerTask("min_losses", tasks), new(false, options.Number("lr"), options.Number("weight_decay")));

    public string Name => "famo";
    public PolicyNeeds Needs => PolicyNeeds.Losses;
    public PolicyExtras Extras => PolicyExtras.LossesAfter;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.OfLosses(input);
        if (tasks.Count == 0) return tasks.Spread([]);
        var shares = Shares(tasks, LearnedNumbers.Read(state));
        var quotients = shares.Select((share, i) => share / Above(tasks.Name(i), tasks.Loss(i))).ToArray();
        var sum = quotients.Sum();
        return tasks.Spread([.. quotients.Select(quotient => quotient / sum)]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = LearnedNumbers.Read(state);
        var tasks = FiniteTasks.OfLosses(input);
        if (tasks.Count == 0 || input.LossesAfter is not { } after || tasks.Kept.Any(k => !double.IsFinite(after[k]))) return next.Write();
        var shares = Shares(tasks, next);
        var paces = shares.Select((_, i) => Math.Log(Above(tasks.Name(i), tasks.Loss(i))) - Math.Log(Above(tasks.Name(i), after[tasks.Kept[i]]))).ToArray();
        var mean = shares.Zip(paces).Sum(pair => pair.First * pair.Second);
        for (var i = 0; i < tasks.Count; i++) next.Step(tasks.Name(i), 0, shares[i] * (paces[i] - mean), rule);
        return next.Write();
    }

    private static double[] Shares(FiniteTasks tasks, LearnedNumbers known) =>
        Softmax.Of([.. Enumerable.Range(0, tasks.Count).Select(i => known.Value(tasks.Name(i), 0))]);

    private double Above(string task, double loss) => Math.Max(loss - bounds[task], 0) + Epsilon;
}
