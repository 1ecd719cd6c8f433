using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// UPGrad (Quinton, Rey 2024: Jacobian Descent): the mean of the task gradients, each projected on the dual cone of all of them, so that the
/// direction goes up for no task and each task's part shrinks only as far as it conflicts. Scale: mean (sum 1 where nothing conflicts).
/// </summary>
/// <remarks>The exact projections; TorchJD's defaults solve a regularized problem instead (G/trace + 1e-4·I), which treats
/// small gradients as zero. Limits: K small quadratic problems a step.</remarks>
internal sealed class UpGradPolicy : IWeightingPolicy
{
    public string Name => "upgrad";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var alpha = new double[tasks.Count];
        for (var k = 0; k < tasks.Count; k++)
        {
            var own = new double[tasks.Count];
            own[k] = 1.0 / tasks.Count;
            var projected = DualCone.Project(tasks.Gram, own);
            for (var i = 0; i < alpha.Length; i++) alpha[i] += projected[i];
        }
        return tasks.Spread(alpha);
    }
}
