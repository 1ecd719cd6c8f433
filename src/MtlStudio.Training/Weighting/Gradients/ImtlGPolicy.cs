using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// IMTL-G (Liu et al. 2021): the combination with Σα = 1 whose projections on all unit task gradients are equal,
/// α ∝ G⁻¹√diag G. Solved on unit rows, α ∝ D⁻¹Ĝ⁻¹1 with D the norms. Scale: sum 1.
/// </summary>
/// <remarks>The sum that α is divided by may be negative: the direction would then go up for every task. The paper's condition says
/// nothing of that sign; here α is divided by the sum's magnitude, so that the direction goes down, and the note says so. A zero gradient
/// is left out with coefficient 0. Where Ĝ is singular its pseudo-inverse serves; where even that has no answer, all get 1/K.
/// Limits: α may be negative, and large where gradients are nearly parallel.</remarks>
internal sealed class ImtlGPolicy : IWeightingPolicy
{
    public string Name => "imtl-g";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var all = FiniteTasks.Of(input);
        if (all.Count == 0) return all.Spread([]);
        var lengths = all.Norms();
        var tasks = all.Where(i => lengths[i] > 0);
        if (tasks.Count == 0) return all.Spread([.. lengths.Select(_ => 1.0 / all.Count)], "Every gradient is zero: the step has no direction");
        var norms = tasks.Norms();
        var ones = new double[tasks.Count];
        Array.Fill(ones, 1);
        var solution = UnitRows.PseudoSolve(UnitRows.Gram(tasks.Gram, norms), ones, out var rank);
        for (var i = 0; i < solution.Length; i++) solution[i] /= norms[i] / norms.Max();
        var (sum, size) = (solution.Sum(), solution.Sum(Math.Abs));
        if (!(Math.Abs(sum) > 1e-12 * size) || !double.IsFinite(size))
            return tasks.Spread([.. norms.Select(_ => 1.0 / tasks.Count)], "No combination with sum 1 has equal projections on the task gradients: all count the same");
        var note = sum < 0 ? "Equal projections with sum 1 would raise every task's loss: the direction is turned round"
            : rank < tasks.Count ? "The task gradients depend on each other: of many answers the one with the least coefficients is taken" : null;
        return tasks.Spread([.. solution.Select(value => value / Math.Abs(sum))], note);
    }
}
