using MtlStudio.Web.Layout;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Web.Theme;
using Plotly.Blazor;

namespace MtlStudio.Web.Charts;

/// <summary>
/// Panels of lines over one x axis in one figure, in the theme's colors. New parameters redraw (a user's zoom stays);
/// <see cref="ExtendAsync"/> adds points without sending the old ones again. wwwroot/js/charts.js draws what is sent, when it can be seen
/// and as often as the browser keeps up with.
/// </summary>
public sealed partial class PanelChart : ComponentBase, IAsyncDisposable
{
    private readonly Dictionary<(int Panel, string Series), int> _traces = [];
    private ElementReference _figure;
    private DotNetObjectReference<PanelChart>? _self;
    private PanelFigure? _unsent;
    private IReadOnlyList<ChartPanel>? _drawnPanels;
    private (bool IsDark, int, int, bool, string, bool, string)? _drawnLook;
    /// <summary>Of the figure, where it is drawn ahead of the circuit or was.</summary>
    private string? _name;
    private MarkupString? _ahead;
    private int _height;
    private bool _isSent, _isGone;

    [Inject] public required IJSRuntime Js { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
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
        var look = (Theme.IsDark, Columns, Width, Legend, XTitle, SharedX, ZoomKey);
        if (ReferenceEquals(_drawnPanels, Panels) && _drawnLook == look) return;
        (_drawnPanels, _drawnLook) = (Panels, look);
        var columns = Math.Clamp(Columns, 1, Math.Max(1, Panels.Count));
        var legend = Legend ? PanelLayout.LegendLines(Panels, Width) : 0;
        _height = PanelLayout.Height((Panels.Count + columns - 1) / columns, PanelHeight, legend);
        var layout = PanelLayout.Of(Theme.Charts, Panels, new(columns, PanelHeight, Width, XTitle, SharedX, ZoomKey, legend));
        if (!DragToZoom) layout.DragMode = Plotly.Blazor.LayoutLib.DragModeEnum.False;
        _traces.Clear();
        var figure = new FigureWriter();
        for (var panel = 0; panel < Panels.Count; panel++)
            foreach (var series in Panels[panel].Series) _traces[(panel, series.Name)] = figure.Add(series, panel);
        // Last, so that the lines keep their places.
        for (var panel = 0; panel < Panels.Count; panel++)
            foreach (var trace in OutlierMarks.Of(Panels[panel], panel)) figure.Add(trace);
        _unsent = figure.Write(layout, SharedX ? XTitle : "");
        _name = Reads.IsAhead || Reads.IsTakingOver ? FigureAhead.NameOf(_unsent) : null;
        _ahead = Reads.IsAhead ? FigureAhead.Element(_unsent, Theme.IsDark) : null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_unsent is not { } figure || !Theme.IsKnown) return;
        _unsent = null;
        if (OnZoom.HasDelegate) _self ??= DotNetObjectReference.Create(this);
        _isSent = true;
        if (_name is { } name && await AskAsync("mtlCharts.adopt", _figure, name, _self)) return;
        await TellAsync("mtlCharts.draw", _figure, figure.Look, figure.Numbers, _self);
    }

    /// <summary>Adds points at the right end of the lines named; others stay as they are.</summary>
    /// <param name="points">New points by panel and series name.</param>
    /// <param name="keep">Points a line keeps at most; null: all.</param>
    public async Task ExtendAsync(IReadOnlyDictionary<(int Panel, string Series), ChartPoints> points, int? keep = null)
    {
        // A figure that is still to be sent is read anew by whoever reads it.
        if (!_isSent || _unsent is not null) return;
        List<(int Trace, ChartPoints Points)> added = [];
        foreach (var (key, line) in points)
            if (line.X.Count > 0 && _traces.TryGetValue(key, out var trace)) added.Add((trace, line));
        if (added.Count == 0) return;
        var numbers = new NumberBytes();
        foreach (var (_, line) in added) numbers.AddDoubles(line.X);
        foreach (var (_, line) in added) numbers.AddSingles(line.Y);
        await TellAsync("mtlCharts.extend", _figure, added.Select(one => new GrownLine(one.Trace, one.Points.X.Count)), numbers.ToArray(), keep);
    }

    /// <summary>Saves the figure as a picture of its own size.</summary>
    public Task SavePngAsync(string name) => TellAsync("mtlCharts.savePng", _figure, name, 1600, Math.Max(_height, 400));

    /// <summary>The browser tells of a user's zoom: which x axes moved where.</summary>
    [JSInvokable]
    public Task Zoomed(Dictionary<string, JsonElement> change) => ChartZoom.Of(change) is { } zoom ? InvokeAsync(() => OnZoom.InvokeAsync(new PanelZoom(zoom.Axis, zoom.Range))) : Task.CompletedTask;

    private Task TellAsync(string function, params object?[] arguments) => AskAsync(function, arguments);

    /// <summary>False where the browser left first, or the page did.</summary>
    private async Task<bool> AskAsync(string function, params object?[] arguments)
    {
        try
        {
            return await Js.InvokeAsync<bool?>(function, arguments) ?? true;
        }
        catch (Exception ended) when (ended is JSDisconnectedException || _isGone && ended is OperationCanceledException or JSException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        if (_isSent) await TellAsync("mtlCharts.end", _figure);
        _self?.Dispose();
    }
}
