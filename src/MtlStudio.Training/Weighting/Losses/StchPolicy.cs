using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// Smooth Tchebycheff scalarization (Lin et al. 2024): minimizes K·μ·logsumexp(ln(L/nadir)/μ), a smooth maximum of the
/// losses, each against its nadir; the coefficients are K·softmax(ln(L/nadir)/μ)/L. As LibMTL has it, windows 0 to warm-up
/// minimize Σ ln L, and the mean of the last of them is the nadir. Scale: Σ αL = K.
/// </summary>
/// <remarks>K is the tasks of the step. A task that the nadir's window lacked takes its next loss as nadir. Limits: a small μ
/// trains the worst task alone. Losses below 1e-20 count as 1e-20; one that is not finite is left out.</remarks>
/// <param name="sharpness">μ.</param>
/// <param name="warmup">The window, from 0, whose mean is the nadir.</param>
/// <param name="window">Steps in a window.</param>
internal sealed class StchPolicy(double sharpness, int warmup, int window) : IWeightingPolicy
{
    public static StchPolicy Create(PolicyOptions options) => new(options.Number("mu"), options.Integer("warmup"), options.Integer("steps_per_window"));

    public string Name => "stch";
    public PolicyNeeds Needs => PolicyNeeds.Losses;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<State>(state);
        var tasks = FiniteTasks.OfLosses(input);
        if (tasks.Count == 0) return tasks.Spread([]);
        var losses = Enumerable.Range(0, tasks.Count).Select(i => Math.Max(tasks.Loss(i), GlsPolicy.Smallest)).ToArray();
        if (known.Steps / window <= warmup) return tasks.Spread([.. losses.Select(loss => 1 / loss)]);
        var shares = Softmax.Of([.. losses.Select((loss, i) => Math.Log(loss / known.Nadir(tasks.Name(i), loss)) / sharpness)]);
        return tasks.Spread([.. losses.Select((loss, i) => tasks.Count * shares[i] / loss)]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<State>(state);
        var at = known.Steps / window;
        var tasks = FiniteTasks.OfLosses(input);
        for (var i = 0; i < tasks.Count; i++)
        {
            var met = known.Tasks.GetValueOrDefault(tasks.Name(i)) ?? new TaskState();
            if (at == warmup || (at > warmup && met.Count == 0)) known.Tasks[tasks.Name(i)] = new() { Sum = met.Sum + tasks.Loss(i), Count = met.Count + 1 };
        }
        return PolicyState.Write(known with { Steps = known.Steps + 1 });
    }

    private sealed record State
    {
        public int Steps { get; init; }
        public Dictionary<string, TaskState> Tasks { get; init; } = [];

        public double Nadir(string task, double otherwise) =>
            Tasks.TryGetValue(task, out var met) && met.Count > 0 ? Math.Max(met.Sum / met.Count, GlsPolicy.Smallest) : otherwise;
    }

    /// <summary>The losses whose mean is the nadir.</summary>
    private sealed record TaskState
    {
        public double Sum { get; init; }
        public int Count { get; init; }
    }
}
