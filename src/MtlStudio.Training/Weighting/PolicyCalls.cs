using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting;

/// <summary>A weighting policy threw, or gave what no step can be made with.</summary>
public sealed class PolicyFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Calls a policy and holds its answer against what <see cref="IWeightingPolicy"/> promises, so that a fault in one (a user's own, perhaps) ends a run with its name.</summary>
public static class PolicyCalls
{
    /// <param name="gradients">The task gradients, for an <see cref="IRowPolicy"/>; else null.</param>
    /// <exception cref="PolicyFailedException">The policy threw, or its coefficients are too few or not finite.</exception>
    public static Weighing Weigh(IWeightingPolicy policy, WeighInput input, JsonObject? state, IGradientBlocks? gradients = null)
    {
        var weighing = Guard(policy, input, () => policy is IRowPolicy rows ? rows.Weigh(input, state, gradients ?? throw new MissingInputException("jacobian", $"{policy.Name} needs the task gradients")) : policy.Weigh(input, state))
            ?? throw Failed(policy, input, "it gave no answer");
        if (weighing.Coefficients.Length != input.Tasks.Count)
            throw Failed(policy, input, $"it gave {weighing.Coefficients.Length} coefficients for {input.Tasks.Count} tasks");
        for (var k = 0; k < weighing.Coefficients.Length; k++)
            if (!double.IsFinite(weighing.Coefficients[k])) throw Failed(policy, input, $"its coefficient of {input.Tasks[k]} is {weighing.Coefficients[k]}, and must be finite");
        return weighing;
    }

    /// <exception cref="PolicyFailedException">The policy threw.</exception>
    public static JsonObject? Advance(IWeightingPolicy policy, WeighInput input, JsonObject? state) => Guard(policy, input, () => policy.Advance(input, state));

    private static T Guard<T>(IWeightingPolicy policy, WeighInput input, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is not (MissingInputException or OutOfMemoryException))
        {
            throw Failed(policy, input, $"{exception.GetType().Name}: {exception.Message}", exception);
        }
    }

    private static PolicyFailedException Failed(IWeightingPolicy policy, WeighInput input, string why, Exception? inner = null) =>
        new($"The weighting policy {policy.Name} failed at step {input.Step}: {why}", inner);
}
