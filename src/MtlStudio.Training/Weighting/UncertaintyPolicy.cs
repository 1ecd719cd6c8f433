using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Training.Weighting;

/// <summary>
/// Uncertainty weighting (Kendall, Gal, Cipolla 2018): Σ Lᵢ/(2eˢⁱ) + sᵢ/2 with a learned s for each task, so the
/// coefficient is 1/(2eˢ) and ∂/∂s = ½(1 − L/eˢ). At a fixed loss the optimum is s = ln L. LibMTL starts at s = −0.5.
/// </summary>
/// <remarks>Limits: the total may turn negative, so raw losses are what is shown and stopped on; with a small rate s
/// hardly moves in a short run, so its rate is its own and not the model's. s is outside weight decay and held in ±50, so
/// that coefficients stay finite. A loss that is not finite leaves its s as it is. Scale: K/(2eˢ⁰) at the start.</remarks>
public sealed class UncertaintyPolicy(UncertaintyOptions options) : IWeightingPolicy
{
    private const double Bound = 50;

    public static UncertaintyPolicy Create(IReadOnlyDictionary<string, JsonElement> options) => new(new(
        options.Number(MethodKind.Policy, "uw", "init"),
        options.Number(MethodKind.Policy, "uw", "lr"),
        options.Text(MethodKind.Policy, "uw", "optimizer") == "sgd" ? UncertaintyOptimizer.Sgd : UncertaintyOptimizer.Adam));

    public string Name => "uw";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public LossMode DefaultLossMode => LossMode.TaskToken;
    public double NominalScale(int tasks) => tasks / (2 * Math.Exp(options.Init));

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = PolicyState.Read<State>(state).Tasks;
        return new([.. input.Tasks.Select(task => 0.5 * Math.Exp(-(tasks.TryGetValue(task, out var known) ? known.S : options.Init)))]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = PolicyState.Read<State>(state);
        var losses = input.NeedLosses();
        var rate = options.LearningRate;
        for (var k = 0; k < input.Tasks.Count; k++)
        {
            if (!double.IsFinite(losses[k])) continue;
            var task = next.Tasks.GetValueOrDefault(input.Tasks[k]) ?? new TaskState { S = options.Init };
            var gradient = 0.5 * (1 - losses[k] * Math.Exp(-task.S));
            next.Tasks[input.Tasks[k]] = options.Optimizer == UncertaintyOptimizer.Sgd
                ? task with { S = Hold(task.S - rate * gradient) }
                : Adam(task, gradient, rate);
        }
        return PolicyState.Write(next);
    }

    /// <summary>One step of Adam (Kingma, Ba 2015) with PyTorch's defaults.</summary>
    private static TaskState Adam(TaskState task, double gradient, double rate)
    {
        const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        var steps = task.Steps + 1;
        var first = beta1 * task.First + (1 - beta1) * gradient;
        var second = beta2 * task.Second + (1 - beta2) * gradient * gradient;
        var denominator = Math.Sqrt(second) / Math.Sqrt(1 - Math.Pow(beta2, steps)) + epsilon;
        return new() { S = Hold(task.S - rate / (1 - Math.Pow(beta1, steps)) * first / denominator), First = first, Second = second, Steps = steps };
    }

    private static double Hold(double s) => Math.Clamp(s, -Bound, Bound);

    private sealed record State
    {
        public Dictionary<string, TaskState> Tasks { get; init; } = [];
    }

    private sealed record TaskState
    {
        /// <summary>The logarithm of the task's variance.</summary>
        public double S { get; init; }
        public double First { get; init; }
        public double Second { get; init; }
        public int Steps { get; init; }
    }
}

/// <summary>How s is learned.</summary>
public enum UncertaintyOptimizer { Adam, Sgd }

/// <param name="Init">s at the start.</param>
/// <param name="LearningRate">The rate of s.</param>
public sealed record UncertaintyOptions(double Init, double LearningRate, UncertaintyOptimizer Optimizer);
