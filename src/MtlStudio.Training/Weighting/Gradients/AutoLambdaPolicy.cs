using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Auto-λ (Liu et al. 2022): the coefficients λ are learned so that the primary tasks' held-out loss falls: its first-order hypergradient
/// is −rate·⟨∇L_held-out at θ − rate·Jᵀλ, gₖ⟩, which Adam follows. Held-out loss is read on a policy split cut from the training data.
/// Scale: K times the start.
/// </summary>
/// <remarks>The look-ahead is one plain gradient step, whatever the optimizer. A step's coefficients are λ before its own update; λ may turn
/// negative, as in the paper's code. Primary are the mix's target tasks; auxiliary ones have no part in the held-out loss. A task absent from a
/// step keeps its λ. Limits: one backward pass more for each primary task, and noise where the policy split is small.</remarks>
/// <param name="start">λ of every task at the start.</param>
/// <param name="modelRate">The look-ahead's rate; 0: the optimizer's own in that step.</param>
internal sealed class AutoLambdaPolicy(double start, double modelRate, NumberRule rule, IReadOnlyDictionary<string, double> primary) : IWeightingPolicy
{
    public static AutoLambdaPolicy Create(PolicyOptions options, IReadOnlyList<TaskSpec> tasks)
    {
        var names = tasks.Select(task => task.Name).ToArray();
        var primary = options.Values.ContainsKey("primary") ? options.PerTask("primary", names)
            : tasks.ToDictionary(task => task.Name, task => task.Role == "auxiliary" ? 0.0 : 1);
        return new(options.Number("init"), options.Number("model_lr"), new(false, options.Number("meta_lr"), Bound: 1e6), primary);
    }

    public string Name => "auto-lambda";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public PolicyExtras Extras => PolicyExtras.HeldOutGradient;
    public IReadOnlyDictionary<string, double> Primary => primary;
    public double NominalScale(int tasks) => start > 0 ? tasks * start : tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var known = LearnedNumbers.Read(state);
        var tasks = FiniteTasks.Of(input);
        return tasks.Spread([.. tasks.Kept.Select((_, i) => known.Value(tasks.Name(i), start))]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = LearnedNumbers.Read(state);
        var rate = modelRate > 0 ? modelRate : input.LearningRate;
        var tasks = FiniteTasks.Of(input);
        if (input.HeldOutProducts is { } products)
            for (var i = 0; i < tasks.Count; i++) next.Step(tasks.Name(i), start, -rate * products[tasks.Kept[i]], rule);
        return next.Write();
    }
}
