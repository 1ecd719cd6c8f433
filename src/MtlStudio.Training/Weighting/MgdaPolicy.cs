using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Training.Weighting;

/// <summary>
/// Multiple-gradient descent (Désidéri 2012; Sener, Koltun 2018): the point of smallest norm in the convex hull of the
/// task gradients, min ‖Σαᵢgᵢ‖² with α on the simplex, a direction that ascends on no task. Scale: sum 1.
/// </summary>
/// <remarks>Rows may be normalized before the search; α then acts on the original gradients, as in Sener and Koltun's code.
/// A row whose divisor is 0 (or too small to divide by) stays as it is. Limits: without normalization the smallest gradient rules; at a Pareto
/// stationary point (and with a zero gradient) the direction is zero, which the note says.</remarks>
public sealed class MgdaPolicy(MgdaNormalization normalization) : IWeightingPolicy
{
    public static MgdaPolicy Create(IReadOnlyDictionary<string, JsonElement> options) => new(options.Text(MethodKind.Policy, "mgda", "normalization") switch
    {
        "l2" => MgdaNormalization.L2,
        "loss" => MgdaNormalization.Loss,
        "loss+" => MgdaNormalization.LossPlus,
        _ => MgdaNormalization.None,
    });

    public string Name => "mgda";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public LossMode DefaultLossMode => LossMode.TaskToken;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var count = tasks.Kept.Length;
        if (count == 0) return tasks.Spread([]);
        var divisors = new double[count];
        for (var i = 0; i < count; i++) divisors[i] = Divisor(tasks, input, i);
        var scaled = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                scaled[i, j] = tasks.Gram[i, j] / divisors[i] / divisors[j];
        var (coefficients, squaredNorm, noise) = MinNorm.Solve(scaled);
        return tasks.Spread(coefficients, squaredNorm <= noise
            ? "Pareto stationary: a convex combination of the task gradients is zero, so the step has no direction"
            : null);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state) => null;

    private double Divisor(FiniteTasks tasks, WeighInput input, int i)
    {
        var norm = Math.Sqrt(tasks.Gram[i, i]);
        var divisor = normalization switch
        {
            MgdaNormalization.None => 1,
            MgdaNormalization.L2 => norm,
            MgdaNormalization.Loss => input.NeedLosses()[tasks.Kept[i]],
            _ => input.NeedLosses()[tasks.Kept[i]] * norm,
        };
        return divisor > 0 && double.IsFinite(tasks.Gram[i, i] / divisor / divisor) ? divisor : 1;
    }
}

/// <summary>What each gradient is divided by before the search for the smallest norm: nothing, its norm, its loss, or both.</summary>
public enum MgdaNormalization { None, L2, Loss, LossPlus }
