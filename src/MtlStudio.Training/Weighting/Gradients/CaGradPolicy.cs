using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// CAGrad (Liu et al. 2021): among the directions within c‖g₀‖ of the mean gradient g₀, the one whose worst task gains most:
/// d = g₀ + c‖g₀‖ g_w/‖g_w‖ with w on the simplex minimizing g_w·g₀ + c‖g₀‖‖g_w‖. Scale: mean, sum 1 to 1 + c and more.
/// </summary>
/// <remarks>rescale 1 divides d by 1 + c² (LibMTL's default), 2 by 1 + c; 0 is the paper's. Where g₀ or the optimal g_w is zero
/// (a Pareto stationary point, a zero gradient) there is no such direction: the mean gradient stands in, and the note says so.
/// Limits: for c ≥ 1 it need not lower the mean loss.</remarks>
internal sealed class CaGradPolicy(double c, int rescale) : IWeightingPolicy
{
    public static CaGradPolicy Create(PolicyOptions options) => new(options.Number("c"), options.Integer("rescale"));

    public string Name => "cagrad";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => (1 + c) / Divisor;

    private double Divisor => rescale switch { 1 => 1 + c * c, 2 => 1 + c, _ => 1 };

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var count = tasks.Count;
        if (count == 0) return tasks.Spread([]);
        var alpha = new double[count];
        Array.Fill(alpha, 1.0 / count / Divisor);
        if (c == 0) return tasks.Spread(alpha);
        var squared = UnitRows.Product(Even(count), tasks.Gram, Even(count));
        var size = tasks.Norms().Average();
        if (!(squared > 1e-14 * size * size)) return tasks.Spread(alpha, "The mean gradient is zero: CAGrad has no direction");
        var radius = c * Math.Sqrt(squared);
        var (weights, norm) = ConflictAverse.Solve(tasks.Gram, radius);
        if (norm == 0) return tasks.Spread(alpha, "Pareto stationary: a convex combination of the task gradients is zero, so the mean gradient stands in for CAGrad's");
        for (var i = 0; i < count; i++) alpha[i] += radius * weights[i] / norm / Divisor;
        return tasks.Spread(alpha);
    }

    private static double[] Even(int count)
    {
        var even = new double[count];
        Array.Fill(even, 1.0 / count);
        return even;
    }
}
