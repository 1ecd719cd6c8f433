using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.Interop;

namespace MtlStudio.Web.Charts;

/// <summary>
/// Lines over one x axis in the theme's colors. New parameters redraw (a user's zoom stays); <see cref="ExtendAsync"/> adds
/// points without sending the old ones again. Callers throttle: two to five updates a second.
/// </summary>
public sealed partial class LineChart : ComponentBase
{
    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config();
    private PlotlyChart? _chart;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private IReadOnlyList<ChartSeries>? _drawnSeries;
    private (ThemeState, string, string, bool, string)? _drawnLook;
    private bool _stale, _isDrawn;

    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>A new list redraws; a list that was drawn already is left as it is.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<ChartSeries> Series { get; set; } = [];
    [Parameter] public string XTitle { get; set; } = "";
    [Parameter] public string YTitle { get; set; } = "";
    [Parameter] public bool LogY { get; set; }
    /// <summary>In pixels.</summary>
    [Parameter] public int Height { get; set; } = 280;
    [Parameter] public string Class { get; set; } = "";
    /// <summary>What the chart shows, in words, for those who do not see it.</summary>
    [Parameter] public string Summary { get; set; } = "";
    /// <summary>Another value drops the user's zoom, as when the x axis becomes another one.</summary>
    [Parameter] public string ZoomKey { get; set; } = "";
    /// <summary>The x range a user zoomed to; null: all of it.</summary>
    [Parameter] public EventCallback<ChartRange?> OnZoom { get; set; }

    protected override void OnParametersSet()
    {
        var look = (Theme, XTitle, YTitle, LogY, ZoomKey);
        if (ReferenceEquals(_drawnSeries, Series) && _drawnLook == look) return;
        (_drawnSeries, _drawnLook) = (Series, look);
        _layout = ChartParts.Layout(Theme.Charts, XTitle, YTitle, LogY, ZoomKey, Series.Count(s => s.InLegend) > 1);
        _data = [.. Series.Select(ChartParts.Trace)];
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    /// <summary>Adds points at the right end of the series named; others stay as they are.</summary>
    /// <param name="points">New points by series name.</param>
    /// <param name="keep">Points a series keeps at most; null: all.</param>
    public async Task ExtendAsync(IReadOnlyDictionary<string, ChartPoints> points, int? keep = null)
    {
        if (_chart is null || !_isDrawn) return;
        List<int> indices = [];
        List<IEnumerable<object?>> x = [], y = [];
        for (var i = 0; i < Series.Count; i++)
        {
            if (!points.TryGetValue(Series[i].Name, out var added)) continue;
            indices.Add(i);
            x.Add(ChartParts.Values(added.X));
            y.Add(ChartParts.Values(added.Y));
        }
        if (indices.Count > 0) await _chart.ExtendTraces(x!, y!, indices, keep);
    }

    private void Drawn()
    {
        // Before the first drawing the browser holds no lines that points could be added to.
        _isDrawn = true;
        if (_chart is not null && OnZoom.HasDelegate) _ = _chart.SubscribeRelayoutEvent();
    }

    private void ZoomChanged(RelayoutEventData change)
    {
        if (ChartZoom.Of(change) is { } zoom) _ = InvokeAsync(() => OnZoom.InvokeAsync(zoom.Range));
    }
}

/// <summary>Points to add to one series.</summary>
public sealed record ChartPoints(IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>A part of the x axis, in its unit.</summary>
public sealed record ChartRange(double From, double To);
