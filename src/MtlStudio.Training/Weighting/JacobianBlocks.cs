namespace MtlStudio.Training.Weighting;

/// <summary>A Jacobian given as numbers, walked in one block.</summary>
/// <param name="jacobian">(K, P).</param>
/// <param name="kept">The policy's own rows of the tasks present; changed in place.</param>
public sealed class JacobianBlocks(double[][] jacobian, double[][] kept) : IGradientBlocks
{
    private readonly int columns = jacobian[0].Length;

    /// <summary>(P): what the policy wrote.</summary>
    public double[] Direction { get; private set; } = [];

    public void ForEach(Action<GradientBlock> visit)
    {
        Direction = new double[columns];
        double[] gradients = [.. jacobian.SelectMany(row => row)], own = [.. kept.SelectMany(row => row)];
        visit(new(0, gradients, own, Direction));
        for (var k = 0; k < kept.Length; k++) own.AsSpan(k * columns, columns).CopyTo(kept[k]);
    }
}
