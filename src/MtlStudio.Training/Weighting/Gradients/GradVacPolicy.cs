using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Gradient vaccine (Wang et al. 2021): PCGrad with a target cosine for each pair instead of 0. The target ρᵢⱼ is a running mean
/// (rate β) of the cosines φ met so far; where φ &lt; ρ, gᵢ gets gⱼ·‖gᵢ‖(ρ√(1−φ²) − φ√(1−ρ²)) / (‖gⱼ‖√(1−ρ²)), which brings
/// their cosine to ρ. The results are summed. Scale: sum (K where nothing is corrected).
/// </summary>
/// <remarks>ρ starts at 0 and is updated for every visited pair, corrected or not, with the cosine seen at that moment (torchjd and
/// LibMTL's main branch). A zero gradient is met by none. Limits: the answer depends on the order, and it corrects where nothing
/// conflicts. ε in the denominators (1e-8 in both references) matters where gradients are small, so it is 0 by default.</remarks>
internal sealed class GradVacPolicy(double beta, double epsilon) : IWeightingPolicy
{
    public static GradVacPolicy Create(PolicyOptions options) => new(options.Number("beta"), options.Number("eps"));

    public string Name => "gradvac";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        return tasks.Spread(Combine(tasks, PolicyState.Read<State>(state)));
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var next = PolicyState.Read<State>(state);
        Combine(FiniteTasks.Of(input), next);
        return PolicyState.Write(next);
    }

    /// <summary>Coefficients (n); moves the targets of <paramref name="state"/> on.</summary>
    private double[] Combine(FiniteTasks tasks, State state)
    {
        var count = tasks.Count;
        var gram = tasks.Gram;
        var orders = tasks.Orders("policy/gradvac");
        var norms = tasks.Norms();
        var sum = new double[count];
        for (var i = 0; i < count; i++)
        {
            var own = new double[count]; // coefficients of task i's gradient so far
            own[i] = 1;
            foreach (var j in orders[i])
            {
                if (norms[j] == 0) continue;
                double inner = 0, squared = 0;
                for (var a = 0; a < count; a++)
                {
                    inner += gram[j, a] * own[a];
                    for (var b = 0; b < count; b++) squared += own[a] * own[b] * gram[a, b];
                }
                var norm = Math.Sqrt(Math.Max(0, squared));
                var sizes = norm * norms[j] + epsilon;
                var cosine = sizes > 0 ? inner / sizes : 0;
                var target = state.Target(tasks.Name(i), tasks.Name(j));
                if (cosine < target)
                {
                    var across = Math.Sqrt(1 - target * target);
                    var add = norm * (target * Math.Sqrt(Math.Max(0, 1 - cosine * cosine)) - cosine * across) / (norms[j] * across + epsilon);
                    if (double.IsFinite(add)) own[j] += add;
                }
                state.Put(tasks.Name(i), tasks.Name(j), (1 - beta) * target + beta * cosine);
            }
            for (var a = 0; a < count; a++) sum[a] += own[a];
        }
        return sum;
    }

    private sealed record State
    {
        /// <summary>ρ of a task (first) and one it meets (second).</summary>
        public Dictionary<string, Dictionary<string, double>> Rho { get; init; } = [];

        public double Target(string task, string other) => Rho.TryGetValue(task, out var row) ? row.GetValueOrDefault(other) : 0;

        // A target of 1 would ask for the very direction of the other: its formula divides by 0.
        public void Put(string task, string other, double target)
        {
            if (!Rho.TryGetValue(task, out var row)) Rho[task] = row = [];
            row[other] = Math.Clamp(target, -Most, Most);
        }

        private const double Most = 1 - 1e-12;
    }
}
