using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>Equal weighting: the sum of the task gradients, each with coefficient 1. Scale: sum K.</summary>
/// <remarks>Limits: tasks with large losses or gradients rule the step.</remarks>
public sealed class EqualPolicy : IWeightingPolicy
{
    public string Name => "equal";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var ones = new double[input.Tasks.Count];
        Array.Fill(ones, 1);
        return new(ones);
    }
}
