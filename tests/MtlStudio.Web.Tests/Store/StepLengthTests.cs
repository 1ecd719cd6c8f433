using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class StepLengthTests
{
    [Theory]
    [InlineData(1_000, 12, 1_000)]
    [InlineData(1_000, 24, 500)]
    [InlineData(1_000, 5_000, 100)] // a disk that stood still once says little
    [InlineData(1_000, 1, 1_500)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 400, 1)]
    [InlineData(4_000, 1, 5_000)]
    public void Next_TakesWhatGoesInTheTimeWanted(int rows, double milliseconds, int next) =>
        Assert.Equal(next, StepLength.Next(rows, TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Next_Grows_WhereTheClockStoodStill() => Assert.Equal(150, StepLength.Next(100, TimeSpan.Zero));
}
