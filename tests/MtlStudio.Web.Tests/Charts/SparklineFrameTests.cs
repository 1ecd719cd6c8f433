using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class SparklineFrameTests
{
    [Fact]
    public void Path_FillsThePicture_AndLeavesOutWhatIsNotFinite()
    {
        ChartSeries[] lines = [new("a", "#000000", [0, 5, 10], [1, double.NaN, 3]), new("b", "#000000", [10], [1])];
        var frame = SparklineFrame.Of(lines, width: 106, height: 26);
        Assert.Equal("3,23 103,3", frame.Path(lines[0]));
        Assert.Equal("103,23", frame.Path(lines[1]));
    }

    [Fact]
    public void Path_IsInTheMiddle_WhenNothingMoves()
    {
        ChartSeries line = new("a", "#000000", [4], [2]);
        Assert.Equal("50,10", SparklineFrame.Of([line], 100, 20).Path(line));
    }
}
