using Microsoft.AspNetCore.Components;

namespace MtlStudio.Web.Charts;

/// <summary>Lines over one x axis: a figure of one panel (<see cref="PanelChart"/>).</summary>
public sealed partial class LineChart : ComponentBase
{
    private PanelChart? _chart;
    private IReadOnlyList<ChartPanel> _panels = [];
    private (IReadOnlyList<ChartSeries>, string, bool)? _drawn;

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

    private EventCallback<PanelZoom> Zoomed => OnZoom.HasDelegate ? EventCallback.Factory.Create<PanelZoom>(this, change => OnZoom.InvokeAsync(change.Range)) : default;

    protected override void OnParametersSet()
    {
        if (_drawn is { } drawn && ReferenceEquals(drawn.Item1, Series) && (drawn.Item2, drawn.Item3) == (YTitle, LogY)) return;
        _drawn = (Series, YTitle, LogY);
        _panels = [new("", Series) { LogY = LogY, Unit = YTitle }];
    }

    /// <summary>Adds points at the right end of the series named; others stay as they are.</summary>
    /// <param name="points">New points by series name.</param>
    /// <param name="keep">Points a series keeps at most; null: all.</param>
    public Task ExtendAsync(IReadOnlyDictionary<string, ChartPoints> points, int? keep = null) =>
        _chart?.ExtendAsync(points.ToDictionary(pair => (0, pair.Key), pair => pair.Value), keep) ?? Task.CompletedTask;
}

/// <summary>Points to add to one series.</summary>
public sealed record ChartPoints(IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>A part of the x axis, in its unit.</summary>
public sealed record ChartRange(double From, double To);
