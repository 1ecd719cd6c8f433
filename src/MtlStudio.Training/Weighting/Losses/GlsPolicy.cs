using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Geometric loss strategy (Chennupati et al. 2019): minimizes (Π Lᵢ)^(1/K), whose coefficients are
/// ∂/∂Lᵢ = (Π L)^(1/K) / (K Lᵢ). Scale: sum 1 where the losses are equal.
/// </summary>
/// <remarks>K is the tasks of the step. Limits: a task with a small loss gets a large coefficient. Losses below 1e-20 (and
/// negative ones) count as 1e-20; one that is not finite is left out.</remarks>
internal sealed class GlsPolicy : IWeightingPolicy
{
    /// <summary>The smallest loss a logarithm or quotient sees.</summary>
    internal const double Smallest = 1e-20;

    public string Name => "gls";
    public PolicyNeeds Needs => PolicyNeeds.Losses;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.OfLosses(input);
        if (tasks.Count == 0) return tasks.Spread([]);
        var logs = Enumerable.Range(0, tasks.Count).Select(i => Math.Log(Math.Max(tasks.Loss(i), Smallest))).ToArray();
        var mean = logs.Average();
        return tasks.Spread([.. logs.Select(log => Math.Exp(mean - log) / tasks.Count)]);
    }
}
