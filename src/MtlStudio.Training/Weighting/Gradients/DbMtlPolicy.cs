using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// DB-MTL (Lin et al. 2023: Dual-balancing for multi-task learning): works on the gradients of ln L, so that losses' scale drops out, keeps
/// a running mean of each, and brings them all to the largest norm: b ← g/L + β/tᶺσ·(b − g/L), d = Σ bₖ · max‖b‖/‖bₖ‖.
/// </summary>
/// <remarks>A row of P numbers for each task belongs to the checkpoint; t counts the task's own steps. A zero row is left as it is. Scale: sum,
/// K times the largest norm at most. Limits: the direction lags behind by about 1/(1 − β) steps.</remarks>
internal sealed class DbMtlPolicy(double beta, double decay) : IRowPolicy
{
    private const double Epsilon = 1e-8;

    public static DbMtlPolicy Create(PolicyOptions options) => new(options.Number("beta"), options.Number("beta_sigma"));

    public string Name => "db-mtl";
    public PolicyNeeds Needs => PolicyNeeds.Rows;
    public bool KeepsRows => true;
    public bool OwnDirection => true;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state) => throw new MissingInputException("jacobian", "DB-MTL needs the task gradients themselves, not their Gram matrix");

    public Weighing Weigh(WeighInput input, JsonObject? state, IGradientBlocks gradients)
    {
        var next = PolicyState.Read<State>(state);
        var tasks = FiniteTasks.Of(input);
        var losses = input.NeedLosses();
        var squares = new double[tasks.Count];
        var rates = new double[tasks.Count];
        for (var i = 0; i < tasks.Count; i++)
        {
            var step = next.Steps[tasks.Name(i)] = next.Steps.GetValueOrDefault(tasks.Name(i)) + 1;
            rates[i] = beta / Math.Pow(step, decay);
        }
        gradients.ForEach(block =>
        {
            for (var i = 0; i < tasks.Count; i++)
            {
                var kept = block.Kept(tasks.Kept[i]);
                RowMath.Approach(kept, 1 - rates[i], 1 / (Math.Max(losses[tasks.Kept[i]], 0) + Epsilon), block.Gradient(tasks.Kept[i]));
                squares[i] += RowMath.Dot(kept, kept);
            }
        });
        var norms = squares.Select(Math.Sqrt).ToArray();
        var alpha = norms.Select(norm => norm > 0 ? norms.Max() / (norm + Epsilon) : 1).ToArray();
        gradients.ForEach(block =>
        {
            for (var i = 0; i < tasks.Count; i++) RowMath.AddScaled(block.Direction, alpha[i], block.Kept(tasks.Kept[i]));
        });
        return tasks.Spread(alpha) with { State = PolicyState.Write(next) };
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state) => state;

    private sealed record State
    {
        /// <summary>Steps that held the task.</summary>
        public Dictionary<string, int> Steps { get; init; } = [];
    }
}
