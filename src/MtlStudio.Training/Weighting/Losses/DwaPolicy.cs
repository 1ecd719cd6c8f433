using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Dynamic weight average (Liu, Johns, Davison 2019): w = K·softmax(r/T) with r = mean loss of the window before over
/// that of the one before it; ones in the first two windows. Scale: sum K.
/// </summary>
/// <remarks>A window is a fixed number of steps. K and the softmax are over the whole mix; a task that a window lacks keeps
/// its last two means, one without two means has r = 1. A loss that is not finite does not count. Limits: it follows how
/// fast losses fall, not how large they are, and noise in short windows moves it as much as learning does.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
public sealed class DwaPolicy(IReadOnlyList<string> tasks, DwaOptions options) : IWeightingPolicy
{
    public static DwaPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) => new(tasks, new(options.Number("T"), options.Integer("window")));

    public string Name => "dwa";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<State>(state);
        var weights = Weights(known);
        return new([.. input.Tasks.Select(task => weights[task])]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = PolicyState.Read<State>(state);
        var losses = input.NeedLosses();
        for (var k = 0; k < input.Tasks.Count; k++)
        {
            if (!double.IsFinite(losses[k])) continue;
            var task = next.Tasks.GetValueOrDefault(input.Tasks[k]) ?? new TaskState();
            next.Tasks[input.Tasks[k]] = task with { Sum = task.Sum + losses[k], Count = task.Count + 1 };
        }
        return PolicyState.Write(next.Steps + 1 < options.Window ? next with { Steps = next.Steps + 1 } : Close(next));
    }

    private static State Close(State state) => new()
    {
        Windows = state.Windows + 1,
        Tasks = state.Tasks.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.Count == 0 ? pair.Value : new TaskState { Last = pair.Value.Sum / pair.Value.Count, Before = pair.Value.Last }),
    };

    private Dictionary<string, double> Weights(State state)
    {
        if (state.Windows < 2) return tasks.ToDictionary(task => task, _ => 1.0);
        var shares = Softmax.Of([.. tasks.Select(task => Ratio(state.Tasks.GetValueOrDefault(task)) / options.Temperature)]);
        return tasks.Select((task, k) => (task, weight: tasks.Count * shares[k])).ToDictionary(pair => pair.task, pair => pair.weight);
    }

    private static double Ratio(TaskState? task)
    {
        if (task is not { Last: { } last, Before: { } before }) return 1;
        var ratio = last / before;
        // A loss of 0 in the window before: nothing is left to measure the pace by.
        return double.IsFinite(ratio) ? ratio : 1;
    }

    private sealed record State
    {
        /// <summary>Windows closed.</summary>
        public int Windows { get; init; }
        /// <summary>Steps in the open window.</summary>
        public int Steps { get; init; }
        public Dictionary<string, TaskState> Tasks { get; init; } = [];
    }

    private sealed record TaskState
    {
        public double Sum { get; init; }
        public int Count { get; init; }
        /// <summary>Mean loss of the last closed window that held the task.</summary>
        public double? Last { get; init; }
        /// <summary>That of the one before it.</summary>
        public double? Before { get; init; }
    }
}

/// <param name="Temperature">T of the softmax; larger is more even.</param>
/// <param name="Window">Steps in a window.</param>
public sealed record DwaOptions(double Temperature, int Window);
