using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>The solution of G w = w^(−1/α) on a step's tasks, and what stands in where there is none.</summary>
internal static class Bargain
{
    /// <returns>w (n), 0 for tasks with a zero gradient, and a note where something stood in.</returns>
    public static (double[] Weights, string? Note) Of(FiniteTasks all, double alpha)
    {
        var norms = all.Norms();
        var rows = Enumerable.Range(0, all.Count).Where(i => norms[i] > 0).ToArray();
        var weights = new double[all.Count];
        if (rows.Length == 0) return (weights, "Every gradient is zero: the step has no direction");
        var gram = all.Where(i => norms[i] > 0).Gram;
        var solution = ProportionalFairness.Solve(gram, alpha);
        var note = solution is null ? "Pareto stationary: a convex combination of the task gradients is zero, so no task can gain without another's loss"
            : rows.Length < all.Count ? "A zero gradient can't gain: its task is left out of the bargain" : null;
        solution ??= MinNorm.Solve(gram).Coefficients;
        for (var i = 0; i < rows.Length; i++) weights[rows[i]] = solution[i];
        return (weights, note);
    }
}
