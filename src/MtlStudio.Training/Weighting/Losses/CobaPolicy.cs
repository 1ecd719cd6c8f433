using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Losses;

/// <summary>
/// CoBa (Gong et al. 2024): balances convergence by the slopes of held-out losses. Each task's loss on the policy split, divided
/// by its first, makes a curve; a least-squares slope is taken over the last records. Relative convergence (RCS) favors tasks that
/// fall slowly against the others, absolute convergence (ACS) those that fall against their own past; the divergence factor
/// (DF) moves from the first to the second as tasks begin to diverge. Scale: sum 1.
/// </summary>
/// <remarks>As MFTCoder's released code: DF is not capped at 1; the floor 1/(10K) acts on all where any falls below it. Before the
/// warm-up's end every coefficient is 1/K. A held-out loss that is not finite repeats the task's last ratio. The coefficients are over
/// the whole mix, so a step may lack tasks. Limits: one forward pass on the policy split for each task and record.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
internal sealed class CobaPolicy(IReadOnlyList<string> tasks, CobaOptions options) : IWeightingPolicy
{
    public static CobaPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) =>
        new(tasks, new(options.Integer("warmup"), options.Integer("history"), options.Number("tau"), options.Integer("every")));

    public string Name => "coba";
    public PolicyNeeds Needs => PolicyNeeds.State;
    public PolicyExtras Extras => PolicyExtras.HeldOutLosses;
    public int HeldOutEvery => options.Every;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var weights = Recorded(input, PolicyState.Read<State>(state)).Weights;
        return new([.. input.Tasks.Select(task => weights is null ? 1.0 / tasks.Count : weights[task])]);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state) => PolicyState.Write(Recorded(input, PolicyState.Read<State>(state)));

    /// <summary>The state with this step's held-out losses, if there are any.</summary>
    private State Recorded(WeighInput input, State known)
    {
        if (input.HeldOutLosses is not { } losses) return known;
        var records = known.Records + 1;
        var curves = tasks.ToDictionary(task => task, task => Longer(known.Tasks.GetValueOrDefault(task) ?? new(), losses.GetValueOrDefault(task, double.NaN)));
        if (records < options.Warmup) return known with { Records = records, Tasks = curves };

        foreach (var task in tasks)
            curves[task] = curves[task] with { Slopes = Last([.. curves[task].Slopes, Slope(curves[task].Ratios)], Math.Max(1, options.History - options.Warmup + 1)) };
        var highest = Enumerable.Range(0, curves[tasks[0]].Ratios.Count).Select(t => tasks.Max(task => curves[task].Ratios[t])).ToList();
        var next = known with { Records = records, Tasks = curves, Highest = [.. known.Highest, Slope(highest)] };
        return next with { Weights = Weights(next) };
    }

    private Curve Longer(Curve curve, double loss)
    {
        var first = curve.First ?? (double.IsFinite(loss) && loss > 0 ? loss : null);
        var ratio = double.IsFinite(loss) && first is { } start ? loss / start : curve.Ratios.Count > 0 ? curve.Ratios[^1] : 1;
        return curve with { First = first, Ratios = Last([.. curve.Ratios, ratio], options.History) };
    }

    private Dictionary<string, double> Weights(State state)
    {
        var count = tasks.Count;
        var slopes = tasks.Select(task => state.Tasks[task].Slopes[^1]).ToArray();
        var relative = Softmax.Of([.. slopes.Select(slope => count * Share(slope, slopes))]);
        var absolute = Softmax.Of([.. tasks.Select(task => -state.Tasks[task].Slopes.Count * Share(state.Tasks[task].Slopes[^1], state.Tasks[task].Slopes))]);
        var records = state.Highest.Count;
        var factor = records * Softmax.Of([.. state.Highest.Select(slope => -records * options.Tau * Share(slope, state.Highest))])[^1];
        var weights = Softmax.Of([.. relative.Select((value, k) => count * (factor * value + (1 - factor) * absolute[k]))]);
        var floor = 1.0 / (10 * count);
        if (weights.Any(weight => weight < floor)) weights = [.. weights.Select(weight => weight * (1 - floor * count) + floor)];
        return tasks.Select((task, k) => (task, weight: weights[k])).ToDictionary(pair => pair.task, pair => pair.weight);
    }

    private static double Share(double slope, IReadOnlyList<double> all) => all.Sum(Math.Abs) is var sum && sum > 0 ? slope / sum : 0;

    /// <summary>The least-squares slope over equally spaced values; 0 for one value.</summary>
    private static double Slope(IReadOnlyList<double> values)
    {
        var middle = (values.Count - 1) / 2.0;
        double products = 0, squares = 0;
        for (var t = 0; t < values.Count; t++)
        {
            products += (t - middle) * values[t];
            squares += (t - middle) * (t - middle);
        }
        return squares > 0 ? products / squares : 0;
    }

    private static List<double> Last(List<double> values, int count) => values.Count > count ? values[^count..] : values;

    private sealed record State
    {
        /// <summary>Held-out losses recorded so far.</summary>
        public int Records { get; init; }
        public Dictionary<string, Curve> Tasks { get; init; } = [];
        /// <summary>Slopes of the highest ratio, since the warm-up's end.</summary>
        public List<double> Highest { get; init; } = [];
        /// <summary>By task; null before the warm-up's end.</summary>
        public Dictionary<string, double>? Weights { get; init; }
    }

    private sealed record Curve
    {
        /// <summary>The first held-out loss.</summary>
        public double? First { get; init; }
        /// <summary>Held-out losses over the first, the newest last.</summary>
        public List<double> Ratios { get; init; } = [];
        /// <summary>Slopes since the warm-up's end, as far back as they count.</summary>
        public List<double> Slopes { get; init; } = [];
    }
}

/// <param name="Warmup">Records before the first weighing.</param>
/// <param name="History">Records that a slope is fitted to.</param>
/// <param name="Tau">Temperature of the divergence factor.</param>
/// <param name="Every">Steps between records.</param>
internal sealed record CobaOptions(int Warmup, int History, double Tau, int Every);
