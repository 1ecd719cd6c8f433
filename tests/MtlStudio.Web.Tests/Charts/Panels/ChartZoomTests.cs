using System.Text.Json;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class ChartZoomTests
{
    [Theory]
    [InlineData("""{"xaxis.range[0]":10,"xaxis.range[1]":20.5}""", 0, 10.0, 20.5)]
    [InlineData("""{"xaxis3.range[0]":0,"xaxis3.range[1]":5,"yaxis3.range[0]":1,"yaxis3.range[1]":2}""", 2, 0.0, 5.0)]
    [InlineData("""{"xaxis.range":[3,4],"xaxis2.range":[3,4]}""", 0, 3.0, 4.0)]
    public void Of_GivesAxisAndRange_WhenAStretchIsDragged(string json, int axis, double from, double to) =>
        Assert.Equal(new ChartZoom(axis, new(from, to)), Read(json));

    [Fact]
    public void Of_GivesAll_OnDoubleClick() => Assert.Equal(new ChartZoom(1, null), Read("""{"xaxis2.autorange":true,"yaxis2.autorange":true}"""));

    [Theory]
    [InlineData("""{"autosize":true}""")]
    [InlineData("""{"yaxis.range[0]":1,"yaxis.range[1]":2}""")]
    [InlineData("""{"xaxis.title.text":"step"}""")]
    public void Of_IsNothing_WhenTheXAxisStays(string json) => Assert.Null(Read(json));

    private static ChartZoom? Read(string json) => ChartZoom.Of(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!);
}
