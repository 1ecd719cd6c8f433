using MtlStudio.Core.Analysis;

namespace MtlStudio.Web.Charts;

/// <summary>One of several panels of a figure, over the same x axis as the others.</summary>
/// <param name="Title">Above the panel; a task's name.</param>
public sealed record ChartPanel(string Title, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>The color of a square before the title, as a task's; null: none.</summary>
    public string? Swatch { get; init; }
    /// <summary>Stands behind the title.</summary>
    public string Unit { get; init; } = "";
    public bool LogY { get; init; }
    public bool LogX { get; init; }
    /// <summary>What the whole numbers from 0 on the x axis are called, where it is of words; null: it is of numbers.</summary>
    public IReadOnlyList<string>? XNames { get; init; }
    /// <summary>Ends the y axis at the fences of what it shows; what lies beyond is marked at the edge.</summary>
    public bool ClipsOutliers { get; init; }
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];
    /// <summary>The part of the x axis that is shown; null: all of it. Panels that share their x axis share this too: the first one's counts.</summary>
    public ChartRange? Zoom { get; init; }

    /// <summary>Where the y axis ends; null: it shows everything.</summary>
    internal OutlierFences? Fences => ClipsOutliers ? OutlierFences.Of(Series.SelectMany(series => series.Y), LogY) : null;
}

/// <summary>A user's zoom in one panel of a figure.</summary>
/// <param name="Range">The part of the x axis; null: all of it.</param>
public sealed record PanelZoom(int Panel, ChartRange? Range);

/// <summary>What happened at a place of the x axis.</summary>
public enum MarkKind { Evaluation, Checkpoint, Alarm, Pause }

/// <summary>A mark on the x axis.</summary>
public sealed record ChartMark(double X, MarkKind Kind);
