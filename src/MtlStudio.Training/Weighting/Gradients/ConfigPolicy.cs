using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// ConFIG (Liu et al. 2024: Conflict-free inverse gradients): the direction u that has the same cosine with every task gradient, as long as the
/// sum of the gradients' projections on it: d = (Σ gᵢ·u) u, u ∝ Û⁺1 with Û the unit gradients. Scale: its own length, Σ gᵢ·u.
/// </summary>
/// <remarks>A zero gradient is left out with coefficient 0; where the unit gradients depend on each other the pseudo-inverse serves.
/// Limits: large coefficients where gradients nearly oppose each other.</remarks>
internal sealed class ConfigPolicy : IWeightingPolicy
{
    public string Name => "config";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var all = FiniteTasks.Of(input);
        if (all.Count == 0) return all.Spread([]);
        var lengths = all.Norms();
        var tasks = all.Where(i => lengths[i] > 0);
        if (tasks.Count == 0) return all.Spread(new double[all.Count], "Every gradient is zero: the step has no direction");
        var norms = tasks.Norms();
        var unit = UnitRows.Gram(tasks.Gram, norms);
        var ones = new double[tasks.Count];
        Array.Fill(ones, 1);
        var solution = UnitRows.PseudoSolve(unit, ones, out _);
        var squared = UnitRows.Product(solution, unit, solution);
        if (!(squared > 1e-14 * solution.Sum(Math.Abs) * solution.Sum(Math.Abs)))
            return tasks.Spread(new double[tasks.Count], "No direction has the same cosine with every task gradient: the step has none");
        var along = UnitRows.Times(unit, solution).Zip(norms).Sum(pair => pair.First * pair.Second); // Σ gᵢ·best
        return tasks.Spread([.. solution.Select((value, i) => value / norms[i] * (along / squared))]);
    }
}
