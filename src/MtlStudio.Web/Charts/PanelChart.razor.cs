using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.Interop;

namespace MtlStudio.Web.Charts;

/// <summary>
/// Panels of lines over one x axis in one figure, in the theme's colors. New parameters redraw (a user's zoom stays);
/// <see cref="ExtendAsync"/> adds points without sending the old ones again. Callers throttle: two to five updates a second.
/// </summary>
public sealed partial class PanelChart : ComponentBase, IAsyncDisposable
{
    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config(modeBar: false);
    private readonly Dictionary<(int Panel, string Series), int> _traces = [];
    private PlotlyChart? _chart;
    private ElementReference _figure;
    private IJSObjectReference? _module;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private IReadOnlyList<ChartPanel>? _drawnPanels;
    private (ThemeState, int, string, bool, string)? _drawnLook;
    private int _height;
    private bool _stale, _isDrawn;

    [Inject] public required IJSRuntime Js { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>A new list redraws; a list that was drawn already is left as it is.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<ChartPanel> Panels { get; set; } = [];
    /// <summary>Panels beside each other.</summary>
    [Parameter] public int Columns { get; set; } = 1;
    [Parameter] public string XTitle { get; set; } = "";
    /// <summary>Of one panel, in pixels.</summary>
    [Parameter] public int PanelHeight { get; set; } = 160;
    /// <summary>About the figure's width in pixels, for the room between columns.</summary>
    [Parameter] public int Width { get; set; } = 1200;
    /// <summary>Names the lines where a panel has several.</summary>
    [Parameter] public bool Legend { get; set; }
    /// <summary>What the figure shows, in words, for those who do not see it.</summary>
    [Parameter] public string Summary { get; set; } = "";
    /// <summary>One x axis for all panels; else each has its own.</summary>
    [Parameter] public bool SharedX { get; set; } = true;
    /// <summary>Dragging zooms; off where a thumb scrolls the page over the figure.</summary>
    [Parameter] public bool DragToZoom { get; set; } = true;
    /// <summary>Another value drops the user's zoom, as when the x axis becomes another one.</summary>
    [Parameter] public string ZoomKey { get; set; } = "";
    [Parameter] public EventCallback<PanelZoom> OnZoom { get; set; }

    protected override void OnParametersSet()
    {
        var look = (Theme, Columns, XTitle, SharedX, ZoomKey);
        if (ReferenceEquals(_drawnPanels, Panels) && _drawnLook == look) return;
        (_drawnPanels, _drawnLook) = (Panels, look);
        var columns = Math.Clamp(Columns, 1, Math.Max(1, Panels.Count));
        var legend = Legend ? PanelLayout.LegendLines(Panels, Width) : 0;
        _height = PanelLayout.Height((Panels.Count + columns - 1) / columns, PanelHeight, legend);
        _layout = PanelLayout.Of(Theme.Charts, Panels, new(columns, PanelHeight, Width, XTitle, SharedX, ZoomKey, legend));
        if (!DragToZoom) _layout.DragMode = Plotly.Blazor.LayoutLib.DragModeEnum.False;
        _traces.Clear();
        _data = [];
        for (var panel = 0; panel < Panels.Count; panel++)
            foreach (var series in Panels[panel].Series)
            {
                foreach (var trace in ChartParts.Traces(series, panel)) _data.Add(trace);
                _traces[(panel, series.Name)] = _data.Count - 1;
            }
        // Last, so that the lines keep their places.
        for (var panel = 0; panel < Panels.Count; panel++)
            foreach (var trace in OutlierMarks.Of(Panels[panel], panel)) _data.Add(trace);
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    /// <summary>Adds points at the right end of the lines named; others stay as they are.</summary>
    /// <param name="points">New points by panel and series name.</param>
    /// <param name="keep">Points a line keeps at most; null: all.</param>
    public async Task ExtendAsync(IReadOnlyDictionary<(int Panel, string Series), ChartPoints> points, int? keep = null)
    {
        if (_chart is null || !_isDrawn) return;
        List<int> indices = [];
        List<IEnumerable<object?>> x = [], y = [];
        foreach (var (key, added) in points)
        {
            if (!_traces.TryGetValue(key, out var index) || added.X.Count == 0) continue;
            indices.Add(index);
            x.Add(ChartParts.Values(added.X));
            y.Add(ChartParts.Values(added.Y));
        }
        if (indices.Count > 0) await _chart.ExtendTraces(x!, y!, indices, keep);
    }

    /// <summary>Saves the figure as a picture of its own size.</summary>
    public async Task SavePngAsync(string name)
    {
        if (_chart is not null) await _chart.DownloadImage(ImageFormat.Png, (uint)Math.Max(_height, 400), 1600, name);
    }

    private void Drawn()
    {
        // Before the first drawing the browser holds no lines that points could be added to.
        _isDrawn = true;
        if (_chart is not null && OnZoom.HasDelegate) _ = _chart.SubscribeRelayoutEvent();
        _ = LinkAsync();
    }

    /// <summary>Lets the other charts of the page show their values where the pointer is on this one: those over the same x axis.</summary>
    private async Task LinkAsync()
    {
        try
        {
            _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Charts/PanelChart.razor.js");
            if (_module is not null) await _module.InvokeVoidAsync("link", _figure, SharedX ? XTitle : "");
        }
        catch (Exception ended) when (ended is JSDisconnectedException or OperationCanceledException)
        {
            // The browser left first.
        }
    }

    private void ZoomChanged(RelayoutEventData change)
    {
        if (ChartZoom.Of(change) is { } zoom) _ = InvokeAsync(() => OnZoom.InvokeAsync(new PanelZoom(zoom.Axis, zoom.Range)));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is null) return;
            await _module.InvokeVoidAsync("unlink", _figure);
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser left first.
        }
    }
}
