using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>A policy step by step on Jacobians given as numbers, with everything it may want.</summary>
internal sealed class PolicySteps(IWeightingPolicy policy)
{
    private readonly Dictionary<string, double[]> kept = [];

    public IWeightingPolicy Policy => policy;
    public JsonObject? State { get; set; }

    /// <summary>Weighs and advances; the losses after the step and those held out are a little lower than the step's own.</summary>
    public (Weighing Weighing, double[] Direction) Step(WeighInput input, double[][] jacobian)
    {
        input = input with { LearningRate = 0.1 };
        var lower = input.Losses!.Select((loss, k) => loss * (0.9 - 0.01 * k)).ToArray();
        if ((policy.Extras & PolicyExtras.HeldOutLosses) != 0) input = input with { HeldOutLosses = input.Tasks.Zip(lower).ToDictionary(pair => pair.First, pair => pair.Second) };
        var blocks = new JacobianBlocks(jacobian, policy is IRowPolicy { KeepsRows: true } ? [.. input.Tasks.Select((task, k) => kept.TryGetValue(task, out var row) ? row : kept[task] = new double[jacobian[k].Length])] : []);
        var weighing = policy is IRowPolicy rows ? rows.Weigh(input, State, blocks) : policy.Weigh(input, State);
        State = policy.Advance(input with { LossesAfter = lower, HeldOutProducts = lower }, weighing.State ?? State);
        return (weighing, policy is IRowPolicy { OwnDirection: true } ? blocks.Direction : Combine(jacobian, weighing.Coefficients));
    }

    private static double[] Combine(double[][] jacobian, double[] coefficients)
    {
        var direction = new double[jacobian[0].Length];
        for (var k = 0; k < coefficients.Length; k++)
            for (var p = 0; p < direction.Length && coefficients[k] != 0; p++)
                direction[p] += coefficients[k] * jacobian[k][p];
        return direction;
    }
}
