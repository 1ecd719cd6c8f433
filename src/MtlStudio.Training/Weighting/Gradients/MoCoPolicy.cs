using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// MoCo (Fernando et al. 2023): MGDA without its bias under noisy gradients. Tracks each task's gradient (brought to norm 1 and times its
/// loss) in a running mean y, and moves λ down ‖Σ λₖyₖ‖² by one step: λ ← softmax(λ − γ(YYᵀ + ρI)λ); d = Yᵀλ. Scale: sum 1.
/// </summary>
/// <remarks>β and γ fall as tᶺ−σ, t the task's own steps. A row of P numbers for each task belongs to the checkpoint. A zero gradient is left as
/// it is. Absent tasks keep λ and row; those present share what the others leave. Limits: λ follows slowly where γ is small.</remarks>
/// <param name="tasks">Names of the mix's tasks.</param>
internal sealed class MoCoPolicy(IReadOnlyList<string> tasks, MoCoOptions options) : IRowPolicy
{
    private const double Epsilon = 1e-8;

    public static MoCoPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) =>
        new(tasks, new(options.Number("beta"), options.Number("beta_sigma"), options.Number("gamma"), options.Number("gamma_sigma"), options.Number("rho")));

    public string Name => "moco";
    public PolicyNeeds Needs => PolicyNeeds.Rows;
    public bool KeepsRows => true;
    public bool OwnDirection => true;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state) => throw new MissingInputException("jacobian", "MoCo needs the task gradients themselves, not their Gram matrix");

    public Weighing Weigh(WeighInput input, JsonObject? state, IGradientBlocks gradients)
    {
        var next = PolicyState.Read<State>(state);
        var present = FiniteTasks.Of(input);
        if (present.Count == 0) return present.Spread([]) with { State = PolicyState.Write(next) };
        var (losses, norms) = (input.NeedLosses(), present.Norms());
        var known = Enumerable.Range(0, present.Count).Select(i => next.Tasks.GetValueOrDefault(present.Name(i)) ?? new TaskState { Lambda = 1.0 / tasks.Count }).ToArray();
        var steps = known.Select(task => task.Steps + 1).ToArray();
        var gram = Track(present, gradients, steps, [.. norms.Select((norm, i) => losses[present.Kept[i]] / (norm + Epsilon))]);

        var lambda = known.Select(task => task.Lambda).ToArray();
        var held = lambda.Sum();
        var pull = UnitRows.Times(gram, lambda);
        var shares = Softmax.Of([.. lambda.Select((value, i) => value - options.Gamma / Math.Pow(steps[i], options.GammaDecay) * (pull[i] + options.Rho * value))]);
        for (var i = 0; i < present.Count; i++) next.Tasks[present.Name(i)] = new() { Lambda = lambda[i] = held * shares[i], Steps = steps[i] };
        gradients.ForEach(block =>
        {
            for (var i = 0; i < present.Count; i++) RowMath.AddScaled(block.Direction, lambda[i], block.Kept(present.Kept[i]));
        });
        return present.Spread(lambda) with { State = PolicyState.Write(next) };
    }

    /// <summary>Moves every present task's row on; (n, n): the rows' inner products.</summary>
    private double[,] Track(FiniteTasks present, IGradientBlocks gradients, int[] steps, double[] factors)
    {
        var gram = new double[present.Count, present.Count];
        gradients.ForEach(block =>
        {
            for (var i = 0; i < present.Count; i++)
                RowMath.Approach(block.Kept(present.Kept[i]), options.Beta / Math.Pow(steps[i], options.BetaDecay), factors[i], block.Gradient(present.Kept[i]));
            for (var i = 0; i < present.Count; i++)
                for (var j = 0; j <= i; j++) gram[j, i] = gram[i, j] += RowMath.Dot(block.Kept(present.Kept[i]), block.Kept(present.Kept[j]));
        });
        return gram;
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state) => state;

    private sealed record State
    {
        public Dictionary<string, TaskState> Tasks { get; init; } = [];
    }

    private sealed record TaskState
    {
        public double Lambda { get; init; }
        public int Steps { get; init; }
    }
}

/// <param name="Beta">Rate of the tracked gradients.</param>
/// <param name="BetaDecay">It falls as t to the minus this.</param>
/// <param name="Gamma">Rate of λ.</param>
/// <param name="GammaDecay">It falls as t to the minus this.</param>
/// <param name="Rho">Pulls λ to equal parts.</param>
internal sealed record MoCoOptions(double Beta, double BetaDecay, double Gamma, double GammaDecay, double Rho);
