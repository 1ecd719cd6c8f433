namespace MtlStudio.Web.Charts;

/// <summary>One of several panels of a figure, over the same x axis as the others.</summary>
/// <param name="Title">Above the panel; a task's name.</param>
public sealed record ChartPanel(string Title, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>The color of a square before the title, as a task's; null: none.</summary>
    public string? Swatch { get; init; }
    public string YTitle { get; init; } = "";
    public bool LogY { get; init; }
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];
}

/// <summary>What happened at a place of the x axis.</summary>
public enum MarkKind { Evaluation, Checkpoint, Alarm, Pause }

/// <summary>A mark on the x axis.</summary>
public sealed record ChartMark(double X, MarkKind Kind);
