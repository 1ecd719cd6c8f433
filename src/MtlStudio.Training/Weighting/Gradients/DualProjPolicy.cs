using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// DualProj, gradient episodic memory's projection (Lopez-Paz, Ranzato 2017) on all tasks: the mean gradient, projected on the dual cone
/// of the task gradients, so that the direction goes up for no task. Scale: mean (sum 1 where nothing conflicts).
/// </summary>
/// <remarks>The exact projection. Limits: a task with a small gradient has little part in the mean that is projected.</remarks>
internal sealed class DualProjPolicy : IWeightingPolicy
{
    public string Name => "dualproj";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => 1;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var mean = new double[tasks.Count];
        Array.Fill(mean, 1.0 / Math.Max(1, tasks.Count));
        return tasks.Spread(tasks.Count == 0 ? [] : DualCone.Project(tasks.Gram, mean));
    }
}
