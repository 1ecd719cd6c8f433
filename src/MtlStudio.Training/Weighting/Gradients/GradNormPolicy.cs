using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// GradNorm (Chen et al. 2018): learns the coefficients so that the norms of the weighed gradients come near mean·rᵢ^α, where
/// rᵢ = (Lᵢ/Lᵢ(0)) / mean says how far behind task i is. w = K·softmax(logits), logits from 1; the loss Σ|wᵢ‖gᵢ‖ − mean·rᵢ^α| is
/// differentiated with the targets held constant. Scale: sum K.
/// </summary>
/// <remarks>Lᵢ(0) is the mean of the first window; until that has closed nothing is learned. The coefficients of a step are those before its
/// own update. The softmax is over the whole mix, norms and means over the tasks of the step. The floor f lifts every coefficient to at
/// least f: w = f + (1 − f)·K·softmax. Limits: a task with a small Lᵢ(0) is soon far "behind" and takes all.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
internal sealed class GradNormPolicy(IReadOnlyList<string> tasks, GradNormOptions options, NumberRule rule) : IWeightingPolicy
{
    public static GradNormPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) => new(
        tasks, new(options.Number("alpha"), options.Integer("window"), options.Number("floor")), new(options.Text("optimizer") == "sgd", options.Number("lr")));

    public string Name => "gradnorm";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var weights = Weights(PolicyState.Read<State>(state).Logits);
        var finite = FiniteTasks.Of(input);
        return finite.Spread([.. finite.Kept.Select((_, i) => options.Floor + (1 - options.Floor) * weights[finite.Name(i)])]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<State>(state);
        var present = FiniteTasks.Of(input);
        var steps = known.Steps + 1;
        for (var i = 0; i < present.Count; i++)
        {
            var task = present.Name(i);
            var start = known.Starts.GetValueOrDefault(task) ?? new Start();
            // A task that the first window lacked starts from its next loss.
            if (steps <= options.Window || start.Count == 0) known.Starts[task] = new() { Sum = start.Sum + present.Loss(i), Count = start.Count + 1 };
        }
        if (steps >= options.Window && present.Count > 0) Learn(known, present);
        return PolicyState.Write(known with { Steps = steps });
    }

    private void Learn(State known, FiniteTasks present)
    {
        var count = present.Count;
        var all = Weights(known.Logits);
        var softmax = Enumerable.Range(0, count).Select(i => all[present.Name(i)]).ToArray(); // K·softmax
        var norms = present.Norms();
        var ratios = Enumerable.Range(0, count).Select(i => known.Starts[present.Name(i)] is var start && start.Sum > 0 ? present.Loss(i) / (start.Sum / start.Count) : 1).ToArray();
        var meanRatio = ratios.Average();
        var weighed = softmax.Select((w, i) => (options.Floor + (1 - options.Floor) * w) * norms[i]).ToArray();
        var mean = weighed.Average();
        var pulls = new double[count]; // ∂/∂wᵢ of the loss: ±‖gᵢ‖
        for (var i = 0; i < count; i++)
        {
            var target = mean * (meanRatio > 0 ? Math.Pow(Math.Max(0, ratios[i] / meanRatio), options.Alpha) : 1);
            pulls[i] = Math.Sign(weighed[i] - target) * norms[i] * (1 - options.Floor);
        }
        var shared = softmax.Zip(pulls).Sum(pair => pair.First * pair.Second) / tasks.Count;
        var logits = new LearnedNumbers { Tasks = known.Logits };
        for (var i = 0; i < count; i++) logits.Step(present.Name(i), 1, softmax[i] * (pulls[i] - shared), rule);
    }

    private Dictionary<string, double> Weights(Dictionary<string, LearnedNumber> logits)
    {
        var shares = Softmax.Of([.. tasks.Select(task => logits.TryGetValue(task, out var known) ? known.Value : 1)]);
        return tasks.Select((task, k) => (task, weight: tasks.Count * shares[k])).ToDictionary(pair => pair.task, pair => pair.weight);
    }

    private sealed record State
    {
        public int Steps { get; init; }
        public Dictionary<string, LearnedNumber> Logits { get; init; } = [];
        public Dictionary<string, Start> Starts { get; init; } = [];
    }

    /// <summary>The losses whose mean is L(0).</summary>
    private sealed record Start
    {
        public double Sum { get; init; }
        public int Count { get; init; }
    }
}

/// <param name="Alpha">How strongly a task that is behind pulls; 0: equal norms.</param>
/// <param name="Window">Steps whose mean loss is L(0).</param>
/// <param name="Floor">The least coefficient, 0 to below 1.</param>
internal sealed record GradNormOptions(double Alpha, int Window, double Floor);
