using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Combining;

/// <summary>Draws which elements of a tensor are kept: a mask of 0 and 1 of its shape.</summary>
/// <param name="adapter">The tensor's place among those merged.</param>
internal delegate Tensor MaskDraw(int adapter, Tensor tensor, double density);

/// <summary>
/// Ways to make one tensor of several of a shape, as PEFT's merge_utils: weighted sums (task arithmetic, Ilharco et al. 2023), trimming, TIES
/// (Yadav et al. 2023) and DARE (Yu et al. 2024). Pure: results belong to the caller's dispose scope.
/// </summary>
internal static class MergeRules
{
    public const string Linear = "linear", Prune = "magnitude_prune", Ties = "ties", DareLinear = "dare_linear", DareTies = "dare_ties";

    public static IReadOnlyList<string> Names { get; } = [Linear, Prune, Ties, DareLinear, DareTies];

    /// <param name="rule">One of <see cref="Names"/>.</param>
    /// <param name="weights">As many as tensors.</param>
    /// <param name="density">The share of elements that is kept, over 0 and at most 1; "linear" keeps all.</param>
    /// <param name="majority">How TIES elects a sign: "total" by the sum, "frequency" by the number.</param>
    /// <param name="draw">What DARE keeps.</param>
    public static Tensor Merge(string rule, IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights, double density, string majority, MaskDraw draw)
    {
        using var scope = NewDisposeScope();
        var kept = rule switch
        {
            Prune or Ties => tensors.Select(tensor => Trimmed(tensor, density)).ToList(),
            DareLinear or DareTies => tensors.Select((tensor, i) => tensor.mul(draw(i, tensor, density)).div(Scalars.Of(density))).ToList(),
            _ => tensors.ToList(),
        };
        var weighted = stack(kept.Select((tensor, i) => tensor.mul(Scalars.Of(weights[i]))));
        if (rule is not (Ties or DareTies)) return weighted.sum([0L]).MoveToOuterDisposeScope();
        // The sign is elected before the weights count; only tensors of that sign are averaged.
        var agrees = Agreement(stack(kept), majority).to(weighted.dtype);
        return weighted.mul(agrees).sum([0L]).div(agrees.sum([0L]).clamp_min(Scalars.One)).MoveToOuterDisposeScope();
    }

    /// <summary>The int(density · n) elements of the largest magnitude, the others 0.</summary>
    private static Tensor Trimmed(Tensor tensor, double density)
    {
        if (density >= 1) return tensor;
        var flat = tensor.reshape(-1);
        var (_, largest) = flat.abs().topk((int)(density * flat.numel()));
        return zeros_like(flat).index_fill(0, largest, Scalars.One).mul(flat).view(tensor.shape);
    }

    /// <summary>Where an element has the elected sign; a sum of 0 elects plus, and 0 has no sign.</summary>
    private static Tensor Agreement(Tensor all, string majority)
    {
        var signs = all.sign();
        var elected = (majority == "frequency" ? signs : all).sum([0L]).ge(Scalars.Of(0)).to(all.dtype).mul(Scalars.Two).sub(Scalars.One);
        return signs.eq(elected);
    }
}
