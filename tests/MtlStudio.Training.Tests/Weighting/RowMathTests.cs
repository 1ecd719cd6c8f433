using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Tests.Weighting;

public sealed class RowMathTests
{
    [Fact]
    public void EachOperation_GivesWhatALoopGives_AtEveryLength()
    {
        for (var length = 0; length < 40; length++)
        {
            double[] a = [.. Enumerable.Range(0, length).Select(p => Math.Sin(1.3 * p + 0.4))], b = [.. a.Select((value, p) => Math.Cos(2.1 * p) - value)];
            Assert.Equal(a.Zip(b, (x, y) => x * y).Sum(), RowMath.Dot(a, b), 1e-12);
            Assert.Equal(a.Sum(Math.Abs), RowMath.Magnitude(a), 1e-12);
            Near(a.Zip(b, (x, y) => x + 0.3 * y), a, to => RowMath.AddScaled(to, 0.3, b));
            Near(a.Zip(b, (x, y) => x + Math.Abs(y)), a, to => RowMath.AddMagnitudes(to, b));
            Near(a.Zip(b, (x, y) => x + 0.2 * (5 * y - x)), a, to => RowMath.Approach(to, 0.2, 5, b));
        }
    }

    private static void Near(IEnumerable<double> expected, double[] row, Action<double[]> change)
    {
        double[] changed = [.. row];
        change(changed);
        Assert.Equal(expected, changed, (x, y) => Math.Abs(x - y) < 1e-12);
    }
}
