using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class ChartRowsTests
{
    [Fact]
    public void Csv_HasEveryPoint_WithBandsOfTheSamePlacesBesideIt()
    {
        ChartPanel[] panels = [new("a,b", [new("=loss", "#000000", [1, 2], [0.5, double.NaN]) { Band = new([1, 2], [0.25, 0.5], [1, 2]) }])];
        Assert.Equal("panel,series,step,value,min,max\r\n\"a,b\",'=loss,1,0.5,0.25,1\r\n\"a,b\",'=loss,2,NaN,0.5,2\r\n", ChartRows.Csv(ChartRows.Of(panels), "step"));
    }

    [Fact]
    public void Of_ListsTheRawValuesApart_WhenTheLineIsSmoothedToOtherPlaces()
    {
        var rows = ChartRows.Of([new("qa", [new("training", "#000000", [1], [5]) { Band = new([1, 2], [4, 6], [4, 6]) }])]);
        Assert.Equal([("training", 1.0, 5.0), ("training (raw)", 1, 4), ("training (raw)", 2, 6)], rows.Select(row => (row.Series, row.X, row.Y)));
    }
}
