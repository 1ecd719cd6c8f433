using MtlStudio.Core.Analysis;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class LeafOrderTests
{
    [Fact]
    public void Order_PutsTheAlikeTogether()
    {
        // Two groups, {0, 2, 4} and {1, 3}: near within, far between.
        var distances = new double[5, 5];
        for (var i = 0; i < 5; i++)
            for (var j = 0; j < 5; j++) distances[i, j] = i == j ? 0 : (i + j) % 2 == 0 ? 0.1 : 1.5;
        var order = LeafOrder.Of(distances, 1);
        Assert.Equal([0, 1, 2, 3, 4], order.Order());
        Assert.Equal(1, Math.Abs(Array.IndexOf(order, 1) - Array.IndexOf(order, 3)));
    }

    [Fact]
    public void Order_LetsNearestEndsTouch()
    {
        // Points on a line at 0, 10, 1, 9: their order along it, from one end or the other.
        double[] at = [0, 10, 1, 9];
        var distances = new double[4, 4];
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 4; j++) distances[i, j] = Math.Abs(at[i] - at[j]);
        var places = LeafOrder.Of(distances, 1).Select(i => at[i]).ToArray();
        Assert.True(places is [0, 1, 9, 10] or [10, 9, 1, 0], string.Join(' ', places));
    }

    [Fact]
    public void Order_StandsWithoutKnownDistances()
    {
        Assert.Empty(LeafOrder.Of(new double[0, 0], 1));
        Assert.Equal([0], LeafOrder.Of(new double[1, 1], 1));
        Assert.Equal([0, 1], LeafOrder.Of(new[,] { { 0, double.NaN }, { double.NaN, 0 } }, 1).Order());
    }
}
