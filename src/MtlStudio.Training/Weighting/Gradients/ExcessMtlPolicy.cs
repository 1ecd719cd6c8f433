using System.Numerics;
using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// ExcessMTL (He et al. 2024): weighs tasks by their excess risk, estimated from the gradient and a diagonal curvature:
/// eₖ = Σ g²/√(Σ over steps g²), w ← w·exp(η·e/e₀), scaled to sum K. The first call only sets the reference e₀ (LibMTL).
/// Scale: sum K, or 1 in TorchJD's variant.
/// </summary>
/// <remarks>Elementwise in g, with a row of summed squares for each task that belongs to the checkpoint. TorchJD's variant updates at once, by
/// the raw excess, and sums to 1; with a warm-up it leaves the weights alone for so many calls, whose mean excess is the reference. A task
/// absent from a step, or not finite, keeps its weight and sums; those present share what the others leave. A reference of 0 counts as 1.
/// Limits: a task that starts at its optimum has a tiny reference and soon takes all.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
internal sealed class ExcessMtlPolicy(IReadOnlyList<string> tasks, double rate, int warmup, bool torchjd) : IRowPolicy
{
    private const double Epsilon = 1e-7;

    public static ExcessMtlPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) =>
        new(tasks, options.Number("eta"), options.Integer("warmup"), options.Text("variant") == "torchjd");

    public string Name => "excess-mtl";
    public PolicyNeeds Needs => PolicyNeeds.Rows;
    public bool KeepsRows => true;
    public bool OwnDirection => false;
    public double NominalScale(int tasks) => Sum(tasks);

    private double Sum(int count) => torchjd ? 1 : count;

    public Weighing Weigh(WeighInput input, JsonObject? state) => throw new MissingInputException("jacobian", "ExcessMTL needs the task gradients themselves, not their Gram matrix");

    public Weighing Weigh(WeighInput input, JsonObject? state, IGradientBlocks gradients)
    {
        var present = FiniteTasks.Of(input);
        var excess = new double[present.Count];
        gradients.ForEach(block =>
        {
            for (var i = 0; i < present.Count; i++) excess[i] += Excess(block.Gradient(present.Kept[i]), block.Kept(present.Kept[i]));
        });
        var next = Updated(PolicyState.Read<State>(state), present, excess);
        return present.Spread([.. present.Kept.Select((_, i) => next.Tasks[present.Name(i)].Weight)]) with { State = PolicyState.Write(next) };
    }

    /// <returns>Σ g²/√(Σ over steps g²) of the block; the sums of squares are moved on.</returns>
    private static double Excess(ReadOnlySpan<double> gradient, Span<double> squares)
    {
        var wide = RowMath.Wide(gradient);
        var sums = RowMath.Wide(squares);
        var excess = Vector<double>.Zero;
        for (var i = 0; i < wide.Length; i++)
        {
            var square = wide[i] * wide[i];
            sums[i] += square;
            excess += square / Vector.SquareRoot(sums[i] + new Vector<double>(Epsilon));
        }
        var sum = Vector.Sum(excess);
        for (var p = wide.Length * Vector<double>.Count; p < gradient.Length; p++)
        {
            var square = gradient[p] * gradient[p];
            squares[p] += square;
            sum += square / Math.Sqrt(squares[p] + Epsilon);
        }
        return sum;
    }

    private State Updated(State known, FiniteTasks present, double[] excess)
    {
        var before = tasks.ToDictionary(task => task, task => known.Tasks.GetValueOrDefault(task) ?? new TaskState { Weight = Sum(tasks.Count) / tasks.Count });
        var after = new Dictionary<string, TaskState>(before);
        double held = 0, sum = 0;
        for (var i = 0; i < present.Count; i++)
        {
            var task = before[present.Name(i)];
            var calls = task.Calls + 1;
            var (weight, reference) = (task.Weight, task.Reference);
            if (torchjd && calls <= warmup) reference += excess[i] / warmup;
            else if (!torchjd && calls == 1) reference = excess[i];
            else weight *= Math.Exp(Math.Min(700, rate * excess[i] / Divisor(reference, calls)));
            if (torchjd && warmup == 0 && calls == 1) reference = excess[i];
            after[present.Name(i)] = new() { Weight = weight, Reference = reference, Calls = calls };
            held += task.Weight;
            sum += weight;
        }
        // What the tasks of the step held together stays theirs: those that are absent keep their weights.
        for (var i = 0; i < present.Count; i++)
            after[present.Name(i)] = after[present.Name(i)] with { Weight = after[present.Name(i)].Weight * (held / sum) };
        return new() { Tasks = after };
    }

    /// <summary>TorchJD adds ε to the reference, once there is one.</summary>
    private double Divisor(double reference, int calls) => torchjd && (warmup > 0 || calls > 1) ? reference + Epsilon : reference > 0 ? reference : 1;

    public JsonObject? Advance(WeighInput input, JsonObject? state) => state;

    private sealed record State
    {
        public Dictionary<string, TaskState> Tasks { get; init; } = [];
    }

    private sealed record TaskState
    {
        public double Weight { get; init; }
        /// <summary>e₀.</summary>
        public double Reference { get; init; }
        public int Calls { get; init; }
    }
}
