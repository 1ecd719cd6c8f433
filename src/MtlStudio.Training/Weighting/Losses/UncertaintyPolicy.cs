using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Uncertainty weighting (Kendall, Gal, Cipolla 2018): Σ Lᵢ/(2eˢⁱ) + sᵢ/2 with a learned s for each task, so the
/// coefficient is 1/(2eˢ) and ∂/∂s = ½(1 − L/eˢ). At a fixed loss the optimum is s = ln L. LibMTL starts at s = −0.5.
/// </summary>
/// <remarks>Limits: the total may turn negative, so raw losses are what is shown and stopped on; with a small rate s
/// hardly moves in a short run, so its rate is its own and not the model's. s is outside weight decay and held in ±50, so
/// that coefficients stay finite. A loss that is not finite leaves its s as it is. Scale: K/(2eˢ⁰) at the start.</remarks>
internal sealed class UncertaintyPolicy(double start, NumberRule rule) : IWeightingPolicy
{
    public static UncertaintyPolicy Create(PolicyOptions options) => new(options.Number("init"), new(options.Text("optimizer") == "sgd", options.Number("lr")));

    public string Name => "uw";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => tasks / (2 * Math.Exp(start));

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var known = LearnedNumbers.Read(state);
        return new([.. input.Tasks.Select(task => 0.5 * Math.Exp(-known.Value(task, start)))]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = LearnedNumbers.Read(state);
        var losses = input.NeedLosses();
        for (var k = 0; k < input.Tasks.Count; k++)
            if (double.IsFinite(losses[k]))
                next.Step(input.Tasks[k], start, 0.5 * (1 - losses[k] * Math.Exp(-next.Value(input.Tasks[k], start))), rule);
        return next.Write();
    }
}
