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
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];
    /// <summary>The part of the x axis that is shown; null: all of it. Panels that share their x axis share this too: the first one's counts.</summary>
    public ChartRange? Zoom { get; init; }
}

/// <summary>A user's zoom in one panel of a figure.</summary>
/// <param name="Range">The part of the x axis; null: all of it.</param>
public sealed record PanelZoom(int Panel, ChartRange? Range);

/// <summary>What happened at a place of the x axis.</summary>
public enum MarkKind { Evaluation, Checkpoint, Alarm }

/// <summary>A mark on the x axis.</summary>
public sealed record ChartMark(double X, MarkKind Kind);
