using MtlStudio.Core.Analysis;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class OutlierFencesTests
{
    private static readonly double[] Calm = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public void Fences_LieThreeQuartileRangesBeyondTheQuartiles()
    {
        // With 100 among them the quartiles are 3.25 and 7.75.
        Assert.Equal(new OutlierFences(3.25 - 3 * 4.5, 7.75 + 3 * 4.5), OutlierFences.Of([.. Calm, 100]));
        Assert.NotNull(OutlierFences.Of([.. Calm, -100]));
    }

    [Fact]
    public void Fences_AreNone_WhenNothingLiesBeyondThemOrTooLittleIsKnown()
    {
        Assert.Null(OutlierFences.Of(Calm));
        Assert.Null(OutlierFences.Of([1, 2, 3, 4, 5, 6, 1000]));
        Assert.Null(OutlierFences.Of([5, 5, 5, 5, 5, 5, 5, 5, 5, 1000]));
        Assert.Null(OutlierFences.Of([double.NaN, double.PositiveInfinity, .. Calm]));
    }

    [Fact]
    public void Fences_AreOfTheLogarithms_OnALogarithmicAxis()
    {
        double[] powers = [.. Enumerable.Range(0, 9).Select(i => Math.Pow(10, i))];
        Assert.NotNull(OutlierFences.Of(powers));
        Assert.Null(OutlierFences.Of(powers, logarithmic: true));
        Assert.NotNull(OutlierFences.Of([.. powers, 1e60, -1, 0], logarithmic: true));
    }
}
