using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace MtlStudio.Web.Charts;

/// <summary>How a series is drawn: training thin, validation thick with markers, a reference dashed, points without a line.</summary>
public enum SeriesStyle { Train, Validation, Reference, Points }

/// <summary>One line of a chart.</summary>
/// <param name="Name">Shown in the legend and on hover; names the series in <see cref="LineChart.ExtendAsync"/>.</param>
/// <param name="Color">As "#0F9293"; the task's color where the panel is of several tasks.</param>
/// <param name="X">Rising positions.</param>
/// <param name="Y">Values, as many as <paramref name="X"/>; a gap is NaN.</param>
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    public SeriesStyle Style { get; init; } = SeriesStyle.Train;
    /// <summary>The marker, for <see cref="SeriesStyle.Validation"/>.</summary>
    public SymbolEnum Marker { get; init; } = SymbolEnum.Circle;
    /// <summary>Groups a task's lines under one legend press; null: its own.</summary>
    public string? Group { get; init; }
    public bool InLegend { get; init; } = true;
    /// <summary>What hovering a point says first, as many as there are points; null: nothing.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
    /// <summary>What lies behind a smoothed or summed-up line, faint; null: nothing.</summary>
    public ChartBand? Band { get; init; }
}

/// <summary>The lowest and highest values along x.</summary>
public sealed record ChartBand(IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High);
