using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// IMTL-L (Liu et al. 2021): Σ eˢⁱLᵢ − sᵢ with a learned s for each task, so the coefficient is eˢ and ∂/∂s = eˢL − 1. At a
/// fixed loss the optimum is eˢ = 1/L: every weighed loss tends to 1. Scale: K at the start.
/// </summary>
/// <remarks>Limits: as the losses fall the coefficients rise, so the step grows unless the optimizer cancels scale. s is held in
/// ±50, so that coefficients stay finite. A loss that is not finite leaves its s as it is.</remarks>
internal sealed class ImtlLPolicy(double start, NumberRule rule) : IWeightingPolicy
{
    public static ImtlLPolicy Create(PolicyOptions options) => new(options.Number("init"), new(options.Text("optimizer") == "sgd", options.Number("lr")));

    public string Name => "imtl-l";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => tasks * Math.Exp(start);

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var known = LearnedNumbers.Read(state);
        return new([.. input.Tasks.Select(task => Math.Exp(known.Value(task, start)))]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = LearnedNumbers.Read(state);
        var losses = input.NeedLosses();
        for (var k = 0; k < input.Tasks.Count; k++)
            if (double.IsFinite(losses[k]))
                next.Step(input.Tasks[k], start, Math.Exp(next.Value(input.Tasks[k], start)) * losses[k] - 1, rule);
        return next.Write();
    }
}
