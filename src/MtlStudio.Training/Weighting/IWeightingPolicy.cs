using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting;

/// <summary>
/// How the task gradients of a step are combined: K coefficients on the K rows of the gradient matrix J, so that the
/// step's direction is Jᵀα. A policy is a pure function in double precision; what it remembers is a JSON state that
/// belongs to the checkpoint, is keyed by task name, and stays untouched for tasks that are absent from a step.
/// </summary>
/// <remarks>
/// The loop calls, each step: <see cref="Weigh"/> (before the backward pass where <see cref="Needs"/> is
/// <see cref="PolicyNeeds.State"/>, after it otherwise), then <see cref="Advance"/> once the step's losses are known.
/// Coefficients are finite whatever comes in. Tasks in <see cref="Weighing.LeftOut"/> have coefficient 0 and a row that
/// may hold NaN: the loop must not multiply it.
/// </remarks>
public interface IWeightingPolicy
{
    /// <summary>The catalog's name; the catalog also says whether each step must hold every task.</summary>
    string Name { get; }

    PolicyNeeds Needs { get; }

    /// <summary>What it wants beside losses and gradients.</summary>
    PolicyExtras Extras => PolicyExtras.None;

    /// <summary>Steps between two measurements on the policy split, where <see cref="Extras"/> asks for any.</summary>
    int HeldOutEvery => 1;

    /// <summary>How much each task's loss on the policy split counts, by name, where <see cref="Extras"/> asks for its gradient; absent: 0.</summary>
    IReadOnlyDictionary<string, double> Primary => new Dictionary<string, double>();

    LossMode DefaultLossMode => LossMode.TaskToken;

    /// <summary>The constant by which the combined gradient is divided where the spec says "normalize": the sum of the
    /// coefficients in the policy's resting state for <paramref name="tasks"/> tasks. Never 0.</summary>
    double NominalScale(int tasks);

    /// <summary>The step's coefficients, one for each of <see cref="WeighInput.Tasks"/>.</summary>
    /// <param name="state">What <see cref="Advance"/> gave last; null at the start of a run.</param>
    Weighing Weigh(WeighInput input, JsonObject? state);

    /// <summary>The state after the step. <see cref="WeighInput.Losses"/> must be set. Returns null where the policy keeps none,
    /// and a new object otherwise: <paramref name="state"/> is not changed.</summary>
    JsonObject? Advance(WeighInput input, JsonObject? state) => null;
}
