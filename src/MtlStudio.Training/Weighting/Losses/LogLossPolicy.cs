using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Log-loss, scale-invariant loss (SI): minimizes Σ ln Lᵢ, so the coefficient is 1/Lᵢ and a loss's unit drops out. Scale: sum K
/// where the losses are 1.
/// </summary>
/// <remarks>Limits: the coefficients rise without end as a loss goes to 0. Losses below 1e-20 (and negative ones) count as 1e-20;
/// one that is not finite is left out.</remarks>
internal sealed class LogLossPolicy : IWeightingPolicy
{
    public string Name => "log-loss";
    public PolicyNeeds Needs => PolicyNeeds.Losses;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.OfLosses(input);
        return tasks.Spread([.. Enumerable.Range(0, tasks.Count).Select(i => 1 / Math.Max(tasks.Loss(i), GlsPolicy.Smallest))]);
    }
}
