namespace MtlStudio.Core.Sampling;

/// <summary>
/// UniMax (Chung et al. 2023, Algorithm 1): as uniform as it can be while no task is seen more than so many times. Tasks are
/// filled from the smallest on; what a capped task leaves is shared by the others.
/// </summary>
public static class UniMax
{
    /// <summary>(K): examples of each task, together at most the budget.</summary>
    /// <param name="sizes">(K): training examples of each task.</param>
    /// <param name="budget">Examples that the whole run draws.</param>
    /// <param name="passes">Most passes over a task, over 0.</param>
    public static double[] Allocate(IReadOnlyList<int> sizes, double budget, double passes)
    {
        var allocated = new double[sizes.Count];
        var order = Enumerable.Range(0, sizes.Count).Where(k => sizes[k] > 0).OrderBy(k => sizes[k]).ToList();
        for (var i = 0; i < order.Count; i++)
        {
            var k = order[i];
            allocated[k] = Math.Min(sizes[k] * passes, budget / (order.Count - i));
            budget -= allocated[k];
        }
        return allocated;
    }
}
