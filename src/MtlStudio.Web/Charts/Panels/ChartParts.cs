using System.Globalization;
using System.Text.Json;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.ConfigLib;
using Plotly.Blazor.LayoutLib;
using HoverLabel = Plotly.Blazor.LayoutLib.HoverLabel;

namespace MtlStudio.Web.Charts;

/// <summary>What every chart of the studio has in common, in Plotly's terms.</summary>
internal static class ChartParts
{
    private const string Sans = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";

    /// <param name="modeBar">Shows Plotly's own buttons on hover, where the page has none of its own.</param>
    public static Config Config(bool modeBar = true) => new()
    {
        Responsive = true,
        DisplayLogo = false,
        DisplayNotifier = false,
        DisplayModeBar = modeBar ? DisplayModeBarEnum.Hover : DisplayModeBarEnum.False,
        // A double click shows everything, whatever range the page opened with.
        DoubleClick = DoubleClickEnum.AutoSize,
        ModeBarButtonsToRemove = new[] { "select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d" },
    };

    /// <summary>Axes, grid and hover in the theme's colors; <paramref name="zoomKey"/> keeps a user's zoom for as long as it stays.</summary>
    public static Plotly.Blazor.Layout Layout(ChartPalette palette, string xTitle, string yTitle, bool logY, string zoomKey, bool legend) => new()
    {
        UiRevision = zoomKey.Length == 0 ? "zoom" : zoomKey,
        PaperBgColor = palette.Surface,
        PlotBgColor = palette.Surface,
        Font = new Font { Family = Sans, Size = 12, Color = palette.Faint },
        // The mode bar has the top edge, the legend the bottom one: on a narrow screen they would lie on each other.
        Margin = new Margin { L = 48, R = 12, T = 28, B = legend ? 64 : 40 },
        HoverMode = HoverModeEnum.XUnified,
        HoverSort = HoverSortEnum.ValueDescending,
        HoverLabel = new HoverLabel
        {
            BgColor = palette.Surface,
            BorderColor = palette.Grid,
            NameLength = -1,
            Font = new Plotly.Blazor.LayoutLib.HoverLabelLib.Font { Color = palette.Text },
        },
        ShowLegend = legend,
        Legend = [new Legend { Orientation = Plotly.Blazor.LayoutLib.LegendLib.OrientationEnum.H, X = 0, Y = 0, YRef = Plotly.Blazor.LayoutLib.LegendLib.YRefEnum.Container, YAnchor = Plotly.Blazor.LayoutLib.LegendLib.YAnchorEnum.Bottom }],
        XAxis =
        [
            new XAxis
            {
                Title = new Plotly.Blazor.LayoutLib.XAxisLib.Title { Text = xTitle, Standoff = 8 },
                GridColor = palette.Grid, LineColor = palette.Grid, ZeroLineColor = palette.Grid, SeparateThousands = true,
                AutoMargin = Plotly.Blazor.LayoutLib.XAxisLib.AutoMarginFlag.True,
            },
        ],
        YAxis =
        [
            new YAxis
            {
                Title = new Plotly.Blazor.LayoutLib.YAxisLib.Title { Text = yTitle, Standoff = 8 },
                GridColor = palette.Grid, LineColor = palette.Grid, ZeroLineColor = palette.Grid, SeparateThousands = true,
                AutoMargin = Plotly.Blazor.LayoutLib.YAxisLib.AutoMarginFlag.True,
                Type = logY ? Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Log : Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Linear,
            },
        ],
    };

    /// <summary>Boxed for Plotly.Blazor, which appends to the list itself; what is not finite becomes a gap.</summary>
    public static List<object?> Values(IReadOnlyList<double> values)
    {
        var boxed = new List<object?>(values.Count);
        foreach (var value in values) boxed.Add(double.IsFinite(value) ? value : null);
        return boxed;
    }

    /// <summary>A number as it comes back from the browser, or null.</summary>
    public static double? Number(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Number } json => json.GetDouble(),
        IConvertible number => Convert.ToDouble(number, CultureInfo.InvariantCulture),
        _ => null,
    };
}
