using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Trainer.Weigh;

/// <summary>Runs a policy over given steps as the training loop does: weigh, then advance.</summary>
internal sealed class WeighSequence(IWeightingPolicy policy, IReadOnlyList<string> tasks, long seed)
{
    private readonly Dictionary<int, double[]> kept = [];

    /// <exception cref="InvalidInputException">A step lacks what the policy needs.</exception>
    public JsonArray Run(IReadOnlyList<WeighStep> steps, JsonObject? state)
    {
        var results = new JsonArray();
        for (var t = 0; t < steps.Count; t++)
            try
            {
                results.Add(Step(steps[t], t, ref state));
            }
            catch (MissingInputException missing)
            {
                var field = missing.Field == "gram" ? "jacobian or gram" : missing.Field;
                throw new InvalidInputException($"steps[{t}].{missing.Field}", $"{policy.Name} needs it: give {field} in each step");
            }
        return results;
    }

    private JsonObject Step(WeighStep step, int number, ref JsonObject? state)
    {
        var input = Input(step, number);
        var blocks = policy is IRowPolicy ? Blocks(step) : null;
        var weighing = PolicyCalls.Weigh(policy, input, state, blocks);
        state = PolicyCalls.Advance(policy, input, weighing.State ?? state);
        var direction = policy is IRowPolicy { OwnDirection: true } ? blocks!.Direction : step.Jacobian is { } jacobian ? Combine(jacobian, weighing.Coefficients) : null;
        var result = new JsonObject
        {
            ["weights"] = Numbers(weighing.Coefficients), ["direction"] = direction is null ? null : Numbers(direction), ["state"] = state?.DeepClone() ?? new JsonObject(),
        };
        if (weighing.LeftOut.Count > 0) result["leftOut"] = JsonSerializer.SerializeToNode(weighing.LeftOut, WireJson.Compact);
        if (weighing.Note is { } note) result["note"] = note;
        return result;
    }

    private WeighInput Input(WeighStep step, int number) => new()
    {
        Tasks = [.. step.Present.Select(k => tasks[k])], Step = number, Seed = seed, LearningRate = step.LearningRate, Draws = step.Draws,
        Losses = step.Losses, Excess = step.Excess, Gram = step.Gram, LossesAfter = step.LossesAfter,
        // Where only one kind of losses is known, it stands for the other.
        HeldOutLosses = (policy.Extras & PolicyExtras.HeldOutLosses) == 0 ? null
            : step.HeldOutLosses is { } heldOut ? tasks.Select((task, k) => (task, loss: heldOut[k])).ToDictionary(pair => pair.task, pair => pair.loss)
            : step.Losses is { } losses ? step.Present.Select((k, slot) => (task: tasks[k], loss: losses[slot])).ToDictionary(pair => pair.task, pair => pair.loss)
            : throw new MissingInputException("heldOutLosses", ""),
        HeldOutProducts = step.HeldOutProducts is not { } products ? null
            : [.. step.Present.Select((_, slot) => tasks.Select((task, j) => policy.Primary.GetValueOrDefault(task) * products[slot, j]).Sum())],
    };

    private JacobianBlocks Blocks(WeighStep step)
    {
        if (step.Jacobian is not { } jacobian) throw new MissingInputException("jacobian", "");
        if (policy is not IRowPolicy { KeepsRows: true }) return new(jacobian, []);
        var rows = step.Present.Select(task => kept.TryGetValue(task, out var row) ? row : kept[task] = new double[jacobian[0].Length]).ToArray();
        return rows.All(row => row.Length == jacobian[0].Length) ? new(jacobian, rows)
            : throw new InvalidInputException("steps", "Every Jacobian of a sequence must have the same columns");
    }

    /// <summary>Jᵀα; a row of coefficient 0 takes no part, whatever it holds.</summary>
    private static double[] Combine(double[][] jacobian, double[] coefficients)
    {
        var direction = new double[jacobian[0].Length];
        for (var k = 0; k < coefficients.Length; k++)
            for (var p = 0; p < direction.Length && coefficients[k] != 0; p++)
                direction[p] += coefficients[k] * jacobian[k][p];
        return direction;
    }

    private static JsonArray Numbers(IEnumerable<double> numbers) => [.. numbers.Select(number => JsonSerializer.SerializeToNode(number, WireJson.Compact))];
}
