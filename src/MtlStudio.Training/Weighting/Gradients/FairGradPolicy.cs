using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// FairGrad (Ban, Ji 2024): α-fair utility over the tasks' gains, whose optimum is G w = w^(−1/α); α = 1 is proportional fairness
/// (Nash-MTL unclipped), larger α favors the task that gains least. Scale: depends on the gradients' norms.
/// </summary>
/// <remarks>The exact solution by Newton's method on scaled rows. A zero gradient is left out with coefficient 0. At a Pareto stationary
/// point there is no solution: the least-norm combination stands in, and the note says so. Limits: as Nash-MTL, small gradients get large
/// coefficients.</remarks>
internal sealed class FairGradPolicy(double alpha) : IWeightingPolicy
{
    public static FairGradPolicy Create(PolicyOptions options) => new(options.Number("alpha"));

    public string Name => "fairgrad";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        if (tasks.Count == 0) return tasks.Spread([]);
        var (weights, note) = Bargain.Of(tasks, alpha);
        return tasks.Spread(weights, note);
    }
}
