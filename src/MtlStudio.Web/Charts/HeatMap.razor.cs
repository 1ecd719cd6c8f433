using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using HeatMapTrace = Plotly.Blazor.Traces.HeatMap;

namespace MtlStudio.Web.Charts;

/// <summary>A matrix as colors: rows downwards, NaN left blank. Diverging about zero where <see cref="Symmetric"/>, else Cividis.</summary>
public sealed partial class HeatMap : ComponentBase
{
    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config(modeBar: false);
    private PlotlyChart? _chart;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private (ThemeState, double[,])? _drawn;
    private bool _stale;

    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<string> X { get; set; } = [];
    [Parameter, EditorRequired] public IReadOnlyList<string> Y { get; set; } = [];
    /// <summary>(rows, columns); a new matrix redraws.</summary>
    [Parameter, EditorRequired] public double[,] Z { get; set; } = new double[0, 0];
    [Parameter] public string XTitle { get; set; } = "";
    [Parameter] public string ColorTitle { get; set; } = "";
    /// <summary>Colors are blue, the surface's grey at zero, orange; the scale reaches as far on either side.</summary>
    [Parameter] public bool Symmetric { get; set; }
    /// <summary>Orange below zero and blue above, where what is below is to be seen first.</summary>
    [Parameter] public bool Reversed { get; set; }
    /// <summary>The largest size of a value that the colors tell apart; null: the data's own.</summary>
    [Parameter] public double? Limit { get; set; }
    /// <summary>Writes the values into the cells.</summary>
    [Parameter] public bool Numbers { get; set; }
    /// <summary>In pixels.</summary>
    [Parameter] public int Height { get; set; } = 320;
    /// <summary>What the map shows, in words, for those who do not see it.</summary>
    [Parameter] public string Summary { get; set; } = "";

    protected override void OnParametersSet()
    {
        if (_drawn is { } drawn && drawn.Item1 == Theme && ReferenceEquals(drawn.Item2, Z)) return;
        _drawn = (Theme, Z);
        var palette = Theme.Charts;
        _layout = ChartParts.Layout(palette, XTitle, "", logY: false, "heat map", legend: false);
        _layout.HoverMode = HoverModeEnum.Closest;
        var (x, y) = (_layout.XAxis[0], _layout.YAxis[0]);
        (x.Type, y.Type) = (Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Category, Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category);
        y.AutoRange = Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.Reversed;
        (x.ShowGrid, y.ShowGrid) = (false, false);
        _data = [Trace(palette)];
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    private HeatMapTrace Trace(ChartPalette palette)
    {
        var limit = Limit ?? Math.Max(1e-9, Z.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        var trace = new HeatMapTrace
        {
            X = [.. X.Cast<object>()],
            Y = [.. Y.Cast<object>()],
            Z = [.. Enumerable.Range(0, Z.GetLength(0)).Select(i => (object)ChartParts.Values([.. Enumerable.Range(0, Z.GetLength(1)).Select(j => Z[i, j])]))],
            ColorScale = Scale(Symmetric ? palette.Diverging : ChartPalette.Sequential),
            ReverseScale = Reversed,
            HoverOnGaps = false,
            XGap = 1,
            YGap = 1,
            HoverTemplate = "%{y} · %{x}: %{z:.3f}<extra></extra>",
            ColorBar = new Plotly.Blazor.Traces.HeatMapLib.ColorBar
            {
                Thickness = 10, OutlineWidth = 0,
                Title = new Plotly.Blazor.Traces.HeatMapLib.ColorBarLib.Title { Text = ColorTitle },
            },
        };
        if (Symmetric) (trace.ZMin, trace.ZMax, trace.ZMid) = ((decimal)-limit, (decimal)limit, 0);
        if (Numbers) trace.TextTemplate = "%{z:.2f}";
        return trace;
    }

    private static object[][] Scale(IReadOnlyList<string> colors) => colors.Select((color, i) => new object[] { (double)i / (colors.Count - 1), color }).ToArray();
}
