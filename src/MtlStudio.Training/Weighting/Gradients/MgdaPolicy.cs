using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Multiple-gradient descent (Désidéri 2012; Sener, Koltun 2018): the point of smallest norm in the convex hull of the
/// task gradients, min ‖Σαᵢgᵢ‖² with α on the simplex, a direction that ascends on no task. Scale: sum 1.
/// </summary>
/// <remarks>Rows may be normalized before the search; α then acts on the original gradients, as in Sener and Koltun's code.
/// A row whose divisor is 0 (or too small to divide by) stays as it is. Limits: without normalization the smallest gradient rules; at a Pareto
/// stationary point (and with a zero gradient) the direction is zero, which the note says.</remarks>
public sealed class MgdaPolicy(MgdaNormalization normalization) : IWeightingPolicy
{
    public static MgdaPolicy Create(PolicyOptions options) => new(options.Text("normalization") switch
    {
        "l2" => MgdaNormalization.L2,
        "loss" => MgdaNormalization.Loss,
        "loss+" => MgdaNormalization.LossPlus,
        _ => MgdaNormalization.None,
    });

    public string Name => "mgda";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var count = tasks.Count;
        if (count == 0) return tasks.Spread([]);
        var divisors = new double[count];
        for (var i = 0; i < count; i++) divisors[i] = Divisor(tasks, i);
        var scaled = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                scaled[i, j] = tasks.Gram[i, j] / divisors[i] / divisors[j];
        var (coefficients, squaredNorm, noise) = MinNorm.Solve(scaled);
        return tasks.Spread(coefficients, squaredNorm <= noise
            ? "Pareto stationary: a convex combination of the task gradients is zero, so the step has no direction"
            : null);
    }


    private double Divisor(FiniteTasks tasks, int i)
    {
        var norm = Math.Sqrt(tasks.Gram[i, i]);
        var divisor = normalization switch
        {
            MgdaNormalization.None => 1,
            MgdaNormalization.L2 => norm,
            MgdaNormalization.Loss => tasks.Loss(i),
            _ => tasks.Loss(i) * norm,
        };
        return divisor > 0 && double.IsFinite(tasks.Gram[i, i] / divisor / divisor) ? divisor : 1;
    }
}

/// <summary>What each gradient is divided by before the search for the smallest norm: nothing, its norm, its loss, or both.</summary>
public enum MgdaNormalization { None, L2, Loss, LossPlus }
