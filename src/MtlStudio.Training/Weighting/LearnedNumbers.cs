using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting;

/// <summary>The state of a policy that learns one number for each task; a task not met yet has the number it starts from.</summary>
internal sealed record LearnedNumbers
{
    public Dictionary<string, LearnedNumber> Tasks { get; init; } = [];

    public static LearnedNumbers Read(JsonObject? state) => PolicyState.Read<LearnedNumbers>(state);

    public double Value(string task, double start) => Tasks.TryGetValue(task, out var known) ? known.Value : start;

    /// <summary>Takes a step for one task, in place: the state was read anew.</summary>
    public void Step(string task, double start, double gradient, NumberRule rule) =>
        Tasks[task] = rule.Step(Tasks.GetValueOrDefault(task) ?? new LearnedNumber { Value = start }, gradient);

    public JsonObject Write() => PolicyState.Write(this);
}
