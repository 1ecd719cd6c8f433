using System.Text.Json.Nodes;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// Aligned-MTL (Senushkin et al. 2023): the gradient matrix is replaced by the nearest one with orthogonal rows of equal length,
/// α = √σ · V Λ^(−½) Vᵀ w over the eigenvalues Λ of G that are not zero. σ is the smallest of them (the paper), their median, or
/// their mean. Scale: mean (w = 1/K, TorchJD) or sum (w = 1, LibMTL).
/// </summary>
/// <remarks>An eigenvalue counts as zero at or below λ_max·K·ε. Limits: with gradients of very different size the smallest rules the
/// step's length. Where every gradient is zero, α is w.</remarks>
internal sealed class AlignedMtlPolicy(AlignedScale scale, bool mean) : IWeightingPolicy
{
    public static AlignedMtlPolicy Create(PolicyOptions options) => new(options.Text("scale_mode") switch
    {
        "median" => AlignedScale.Median,
        "rmse" => AlignedScale.Mean,
        _ => AlignedScale.Smallest,
    }, options.Text("w") != "1 each");

    public string Name => "aligned-mtl";
    public PolicyNeeds Needs => PolicyNeeds.Gram;
    public double NominalScale(int tasks) => mean ? 1 : tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state)
    {
        var tasks = FiniteTasks.Of(input);
        var count = tasks.Count;
        if (count == 0) return tasks.Spread([]);
        var preference = mean ? 1.0 / count : 1;
        var (values, vectors) = SymmetricEigen.Of(tasks.Gram);
        var least = values.Max() * count * UnitRows.MachineEpsilon;
        var kept = Enumerable.Range(0, count).Where(e => values[e] > least).ToArray();
        if (kept.Length == 0) return tasks.Spread([.. values.Select(_ => preference)], "Every gradient is zero: the step has no direction");

        var stretch = Math.Sqrt(Of([.. kept.Select(e => values[e]).Order()]));
        var alpha = new double[count];
        foreach (var e in kept)
        {
            var along = 0.0;
            for (var i = 0; i < count; i++) along += vectors[i, e] * preference;
            for (var i = 0; i < count; i++) alpha[i] += stretch * vectors[i, e] * along / Math.Sqrt(values[e]);
        }
        return tasks.Spread(alpha);
    }

    /// <summary>σ from the eigenvalues that count, rising. The median of an even number is the lower one, as torch has it.</summary>
    private double Of(double[] values) => scale switch
    {
        AlignedScale.Median => values[(values.Length - 1) / 2],
        AlignedScale.Mean => values.Average(),
        _ => values[0],
    };
}

/// <summary>Which eigenvalue the aligned rows are brought to.</summary>
internal enum AlignedScale { Smallest, Median, Mean }
