using System.Text.Json.Nodes;
using MtlStudio.Core;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Random loss weighting (Lin et al. 2022): each step's coefficients are the softmax of standard normal numbers, one for each
/// task of the mix. Scale: sum 1.
/// </summary>
/// <remarks>The softmax is over the whole mix, so that a step that holds one task does not always give it 1. Limits: no sense of
/// the tasks; a control for the cleverer ones that is often hard to beat.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
internal sealed class RlwPolicy(IReadOnlyList<string> tasks) : IWeightingPolicy
{
    public string Name => "rlw";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var normals = input.Draws?.Normals ?? [.. tasks.Select((_, k) => new KeyedRandom(input.Seed, "policy/rlw", input.Step, k).NextNormal())];
        var weights = Softmax.Of(normals);
        return new([.. input.Tasks.Select(task => weights[Place(task)])]);
    }

    private int Place(string task)
    {
        for (var k = 0; k < tasks.Count; k++)
            if (tasks[k] == task) return k;
        throw new InvalidOperationException($"{task} is no task of the mix");
    }
}
