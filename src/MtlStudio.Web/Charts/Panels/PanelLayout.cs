using MtlStudio.Web.Theme;
using Plotly.Blazor.LayoutLib;

namespace MtlStudio.Web.Charts;

/// <summary>How a figure of panels is laid out.</summary>
/// <param name="PanelHeight">Of one panel, in pixels.</param>
/// <param name="Width">Of the figure, about, in pixels.</param>
/// <param name="SharedX">One x axis for all panels.</param>
internal sealed record PanelShape(int Columns, int PanelHeight, int Width, string XTitle, bool SharedX, string ZoomKey, int LegendLines);

/// <summary>Lays panels out in rows and columns over one shared x axis.</summary>
internal static class PanelLayout
{
    /// <summary>Pixels between two rows: the upper one's ticks and the lower one's title.</summary>
    private const double RowGap = 56, ColumnGap = 56, Top = 28, Bottom = 44, LegendLine = 28;

    /// <summary>Pixels at the right of a figure at least so wide: half of the last tick's number. On a phone they would be missing in the legend's lines.</summary>
    private const int Right = 24, WideFrom = 600;

    /// <summary>Pixels of a figure of one panel that are not the panel's own.</summary>
    public const int Frame = (int)(Top + Bottom);

    public static Plotly.Blazor.Layout Of(ChartPalette palette, IReadOnlyList<ChartPanel> panels, PanelShape shape)
    {
        var columns = shape.Columns;
        var layout = ChartParts.Layout(palette, shape.XTitle, "", logY: false, shape.ZoomKey, shape.LegendLines > 0);
        var rows = (panels.Count + columns - 1) / columns;
        var (plotHeight, plotWidth) = (Height(rows, shape.PanelHeight, 0) - Top - Bottom, Math.Max(200.0, shape.Width));
        layout.Margin.L = (decimal)ColumnGap;
        if (shape.Width >= WideFrom) layout.Margin.R = Right;
        layout.Margin.T = (decimal)(Top + LegendLine * shape.LegendLines);
        List<XAxis> xAxes = [];
        List<YAxis> yAxes = [];
        List<Annotation> titles = [];
        List<Shape> marks = [];
        for (var i = 0; i < panels.Count; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var (left, right) = Span(column, columns, ColumnGap / plotWidth);
            var (low, high) = Span(rows - 1 - row, rows, RowGap / plotHeight);
            var (x, y) = (XAxisOf(palette), YAxisOf(palette));
            x.Domain = [(decimal)left, (decimal)right];
            x.Anchor = Id("y", i);
            if (i > 0 && shape.SharedX) x.Matches = "x";
            var isLowest = i + columns >= panels.Count;
            x.Title = isLowest ? new Plotly.Blazor.LayoutLib.XAxisLib.Title { Text = shape.XTitle, Standoff = 6 } : null;
            if (panels[i].LogX) x.Type = Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Log;
            if (panels[i].XNames is { } names)
                (x.TickMode, x.TickVals, x.TickText, x.Range) = (Plotly.Blazor.LayoutLib.XAxisLib.TickModeEnum.Array, [.. Enumerable.Range(0, names.Count).Cast<object>()], [.. names], [-0.5, names.Count - 0.5]);
            else if (shape.Width >= WideFrom)
                x.TickLabelOverflow = Plotly.Blazor.LayoutLib.XAxisLib.TickLabelOverflowEnum.Allow;
            if (panels[shape.SharedX ? 0 : i].Zoom is { } zoom) (x.Range, x.AutoRange) = ([zoom.From, zoom.To], Plotly.Blazor.LayoutLib.XAxisLib.AutoRangeEnum.False);
            y.Domain = [(decimal)low, (decimal)high];
            y.Anchor = Id("x", i);
            y.Type = panels[i].LogY ? Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Log : Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Linear;
            if (panels[i].Fences is { } fences) (y.Range, y.AutoRange) = (OutlierMarks.Range(panels[i], fences), Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.False);
            xAxes.Add(x);
            yAxes.Add(y);
            if (panels[i].Title.Length > 0) titles.Add(Title(palette, panels[i], left, high));
            marks.AddRange(panels[i].Marks.Select(mark => Mark(palette, mark, i)));
        }
        if (shape.LegendLines > 0)
        {
            var legend = layout.Legend[0];
            // At the figure's upper edge, clear of the panels' titles; a press shows one line alone.
            (legend.YRef, legend.Y, legend.YAnchor) = (Plotly.Blazor.LayoutLib.LegendLib.YRefEnum.Container, 1, Plotly.Blazor.LayoutLib.LegendLib.YAnchorEnum.Top);
            (legend.ItemClick, legend.ItemDoubleClick) = (Plotly.Blazor.LayoutLib.LegendLib.ItemClickEnum.ToggleOthers, Plotly.Blazor.LayoutLib.LegendLib.ItemDoubleClickEnum.Toggle);
        }
        // Points of many runs at one place are told one by one.
        if (panels.All(panel => panel.Series.All(series => series.Style == SeriesStyle.Points))) layout.HoverMode = HoverModeEnum.Closest;
        layout.XAxis = xAxes;
        layout.YAxis = yAxes;
        layout.Annotations = titles;
        layout.Shapes = marks;
        return layout;
    }

    /// <summary>Of the whole figure, in pixels.</summary>
    public static int Height(int rows, int panelHeight, int legendLines) => (int)(rows * panelHeight + (rows - 1) * RowGap + Top + Bottom + LegendLine * legendLines);

    /// <summary>How many lines the legend takes at a width, about; 0 where no panel has several lines to tell apart.</summary>
    public static int LegendLines(IReadOnlyList<ChartPanel> panels, int width) => panels.All(panel => panel.Series.Count < 2) ? 0
        : (int)Math.Ceiling(panels.SelectMany(panel => panel.Series).Where(series => series.InLegend).Sum(series => 60.0 + 7 * series.Name.Length) / width);

    /// <summary>"x" for the first axis, "x2" for the second: Plotly's names.</summary>
    public static string Id(string axis, int index) => index == 0 ? axis : $"{axis}{index + 1}";

    private static (double From, double To) Span(int place, int count, double gap)
    {
        var size = (1 - gap * (count - 1)) / count;
        var from = place * (size + gap);
        return (Math.Clamp(from, 0, 1), Math.Clamp(from + size, 0, 1));
    }

    private static XAxis XAxisOf(ChartPalette palette) => new()
    {
        GridColor = palette.Grid, LineColor = palette.Grid, ZeroLineColor = palette.Grid, SeparateThousands = true, ShowGrid = false, ShowLine = true,
        NTicks = 6, HoverFormat = ",.1~f", RangeMode = Plotly.Blazor.LayoutLib.XAxisLib.RangeModeEnum.Normal,
    };

    private static YAxis YAxisOf(ChartPalette palette) => new()
    {
        // No automatic margin: to find it Plotly draws a figure twice and more. Nor is each number measured, for which the browser lays the page out anew: the margins have room for them.
        TickLabelOverflow = Plotly.Blazor.LayoutLib.YAxisLib.TickLabelOverflowEnum.Allow,
        GridColor = palette.Grid, LineColor = palette.Grid, ZeroLineColor = palette.Grid, SeparateThousands = true, NTicks = 6, HoverFormat = ".4~g",
    };

    private static Annotation Title(ChartPalette palette, ChartPanel panel, double left, double high) => new()
    {
        Text = (panel.Swatch is null ? "" : $"<span style=\"color:{panel.Swatch}\">■</span> ") + $"<b>{System.Net.WebUtility.HtmlEncode(panel.Title)}</b>"
            + (panel.Unit.Length > 0 ? $"  <span style=\"color:{palette.Faint}\">{System.Net.WebUtility.HtmlEncode(panel.Unit)}</span>" : ""),
        XRef = "paper", YRef = "paper", X = (decimal)left, Y = (decimal)high, YShift = 4, ShowArrow = false,
        XAnchor = Plotly.Blazor.LayoutLib.AnnotationLib.XAnchorEnum.Left, YAnchor = Plotly.Blazor.LayoutLib.AnnotationLib.YAnchorEnum.Bottom,
        Font = new Plotly.Blazor.LayoutLib.AnnotationLib.Font { Color = palette.Text, Size = 13 },
    };

    /// <summary>Evaluations and checkpoints are ticks at the foot of the panel; alarms and pauses cross it.</summary>
    private static Shape Mark(ChartPalette palette, ChartMark mark, int panel) => new()
    {
        Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
        XRef = Id("x", panel), YRef = $"{Id("y", panel)} domain",
        X0 = mark.X, X1 = mark.X, Y0 = 0, Y1 = mark.Kind switch { MarkKind.Evaluation => 0.025, MarkKind.Checkpoint => 0.06, _ => 1 },
        Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below,
        Line = new Plotly.Blazor.LayoutLib.ShapeLib.Line
        {
            Color = mark.Kind == MarkKind.Alarm ? palette.Diverging[^1] : palette.Faint,
            Width = mark.Kind == MarkKind.Alarm ? 1.5m : 1,
            Dash = mark.Kind switch { MarkKind.Alarm => "dot", MarkKind.Pause => "longdash", _ => "solid" },
        },
    };
}
