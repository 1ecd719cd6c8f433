using Bunit;
using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Tests.Charts;

public sealed class HeatMapTests
{
    [Fact]
    public async Task Map_IsATableThatReadsWithoutColors_AndTellsWhichCellWasPressed()
    {
        await using var context = new BunitContext();
        (int Row, int Column)? pressed = null;
        var map = context.Render<HeatMap>(parameters => parameters
            .AddCascadingValue(new ThemeState(ThemeChoice.Light, IsDark: false))
            .Add(map => map.X, ["100", "200"]).Add(map => map.Y, ["qa", "sentiment"])
            .Add(map => map.Z, new[,] { { -0.5, 0.25 }, { double.NaN, 0 } })
            .Add(map => map.Symmetric, true).Add(map => map.Limit, 0.5).Add(map => map.Blank, "unclear").Add(map => map.Numbers, true)
            .Add(map => map.OnCell, EventCallback.Factory.Create<(int, int)>(this, cell => pressed = cell)));
        Assert.Equal(["100", "200"], map.FindAll("thead th[scope=col]").Skip(1).Select(cell => cell.TextContent));
        var cells = map.FindAll("tbody td");
        Assert.Equal(["−0.50", "+0.25", "unclear", "0.00"], cells.Select(cell => cell.TextContent.Trim()));
        Assert.StartsWith($"background:{ChartPalette.Light.Diverging[0]}", cells[0].GetAttribute("style"));
        Assert.StartsWith($"background:{ChartPalette.Light.Diverging[2]}", cells[3].GetAttribute("style"));
        Assert.Null(cells[2].GetAttribute("style"));
        Assert.Equal("sentiment · 100: unclear", cells[2].GetAttribute("title"));
        await map.PressAsync(".heat-press", 1);
        Assert.Equal((0, 1), pressed);
    }
}
