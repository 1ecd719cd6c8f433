using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Nash-MTL (Navon et al. 2022): the Nash bargaining point Gα = 1/α, where every task gains alike in proportion. Unclipped ‖d‖ is
/// always √K, so a norm clip of 1 makes it 1 always. α may be kept for some steps; the clip is applied anew each time. Scale: norm.
/// </summary>
/// <remarks>The exact point by Newton's method; the references' 20 convex-concave iterations give up on identical, tiny or unequal
/// gradients. A zero gradient is left out with coefficient 0. At a Pareto stationary point there is no solution: the least-norm combination
/// stands in, whose direction is zero up to rounding, and the note says so. Limits: tasks with small gradients get large coefficients.</remarks>
/// <param name="maxNorm">Largest ‖d‖; 0: no clip.</param>
/// <param name="every">Steps that α is kept for.</param>
internal sealed class NashMtlPolicy(double maxNorm, int every) : IWeightingPolicy
{
    public static NashMtlPolicy Create(PolicyOptions options) => new(options.Number("max_norm"), options.Integer("update_weights_every"));

    public string Name => "nash-mtl";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        if (tasks.Count == 0) return tasks.Spread([]);
        var (alpha, note) = Unclipped(tasks, PolicyState.Read<State>(state));
        var norm = Math.Sqrt(Math.Max(0, UnitRows.Product(alpha, tasks.Gram, alpha)));
        var clip = maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1;
        return tasks.Spread([.. alpha.Select(value => value * clip)], note);
    }

    public JsonObject? Advance(WeighInput input, JsonObject? state)
    {
        var known = PolicyState.Read<State>(state);
        var tasks = FiniteTasks.Of(input);
        if (tasks.Count > 0)
        {
            var (alpha, _) = Unclipped(tasks, known);
            for (var i = 0; i < tasks.Count; i++) known.Alpha[tasks.Name(i)] = alpha[i];
        }
        return PolicyState.Write(known with { Steps = known.Steps + 1 });
    }

    /// <summary>α of the step before any clip: solved where it is due, or where a task has none yet.</summary>
    private (double[] Alpha, string? Note) Unclipped(FiniteTasks tasks, State state)
    {
        if (state.Steps % every != 0 && tasks.Kept.Select((_, i) => tasks.Name(i)).All(state.Alpha.ContainsKey))
            return ([.. tasks.Kept.Select((_, i) => state.Alpha[tasks.Name(i)])], null);
        return Bargain.Of(tasks, alpha: 1);
    }

    private sealed record State
    {
        public int Steps { get; init; }
        /// <summary>The last α before its clip.</summary>
        public Dictionary<string, double> Alpha { get; init; } = [];
    }
}
