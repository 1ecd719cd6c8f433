using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Fixed loss weights, scaled so that they sum to the number of the mix's tasks (mean 1). Scale: sum K.
/// </summary>
/// <remarks>The scaling is over the whole mix and not over the tasks of a step: otherwise a step that holds one task would
/// always give it 1, and the weights would do nothing. A task of weight 0 is not trained,
/// but one task alone gets 1: the baseline of such a task.</remarks>
public sealed class FixedPolicy : IWeightingPolicy
{
    private readonly Dictionary<string, double> scaled;

    /// <param name="tasks">The whole mix; the weights are <see cref="TaskSpec.LossWeight"/>.</param>
    /// <exception cref="InvalidInputException">A weight is negative or not finite, or all are 0.</exception>
    public FixedPolicy(IReadOnlyList<TaskSpec> tasks)
    {
        var errors = new List<FieldError>();
        for (var i = 0; i < tasks.Count; i++)
            if (!double.IsFinite(tasks[i].LossWeight) || tasks[i].LossWeight < 0)
                errors.Add(new($"tasks[{i}].lossWeight", $"Loss weight must be 0 or more (you gave {tasks[i].LossWeight})"));
        if (errors.Count == 0 && tasks.Count > 1 && tasks.All(task => task.LossWeight == 0))
            errors.Add(new("tasks[0].lossWeight", "At least one loss weight must be above 0 (you gave 0 for every task)"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        if (tasks.Count == 1)
        {
            scaled = new() { [tasks[0].Name] = 1 };
            return;
        }
        // Dividing by the largest first keeps the sum finite for weights near the largest double.
        var largest = tasks.Max(task => task.LossWeight);
        var sum = tasks.Sum(task => task.LossWeight / largest);
        scaled = tasks.ToDictionary(task => task.Name, task => task.LossWeight / largest * tasks.Count / sum);
    }

    public string Name => "fixed";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state) => new([.. input.Tasks.Select(task => scaled[task])]);
}
