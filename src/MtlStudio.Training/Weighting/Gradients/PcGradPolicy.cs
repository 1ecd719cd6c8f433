using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Projecting conflicting gradients (Yu et al. 2020): each task's gradient loses its component along every other task's
/// original gradient that it conflicts with, one after another in random order; the results are summed. Scale: sum (K where
/// nothing conflicts).
/// </summary>
/// <remarks>Limits: the answer depends on the order, and a task whose gradient is far smaller than one it conflicts with gets
/// a large coefficient. A zero gradient conflicts with none. Follows the paper: no constant in the denominator.</remarks>
public sealed class PcGradPolicy : IWeightingPolicy
{
    public string Name => "pcgrad";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        return tasks.Spread(Combine(tasks.Gram, tasks.Orders("policy/pcgrad")));
    }


    /// <summary>Coefficients (K) from the Gram matrix (K, K) and, for each task, the order (K) in which it meets the others;
    /// its own index is skipped.</summary>
    public static double[] Combine(double[,] gram, IReadOnlyList<int[]> orders)
    {
        var count = gram.GetLength(0);
        var sum = new double[count];
        var projected = new double[count]; // coefficients of task i's gradient so far
        for (var i = 0; i < count; i++)
        {
            Array.Clear(projected);
            projected[i] = 1;
            foreach (var j in orders[i])
            {
                if (j == i) continue;
                var inner = 0.0;
                for (var k = 0; k < count; k++) inner += gram[j, k] * projected[k];
                if (inner < 0 && gram[j, j] > 0) projected[j] -= inner / gram[j, j];
            }
            for (var k = 0; k < count; k++) sum[k] += projected[k];
        }
        return sum;
    }
}
