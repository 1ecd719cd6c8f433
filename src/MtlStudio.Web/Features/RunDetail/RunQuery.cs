using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail.Balance;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What the address says of the page: the link opens the same picture.</summary>
public sealed record RunQuery
{
    public const string Overview = "overview", Curves = "curves", Balance = "balance", Evaluation = "evaluation", Machine = "system", Spec = "spec";

    /// <summary>The tabs in their order, with their titles.</summary>
    public static IReadOnlyList<(string Key, string Title)> Tabs { get; } =
        [(Overview, "Overview"), (Curves, "Curves"), (Balance, "Balance"), (Evaluation, "Evaluation"), (Machine, "System"), (Spec, "Spec")];

    public string Tab { get; init; } = Overview;
    /// <summary>Null: <see cref="References.Default"/>.</summary>
    public Reference? Reference { get; init; }
    /// <summary>The run that is pinned as reference.</summary>
    public long? Pinned { get; init; }
    /// <summary>Null: this task's examples where a baseline is drawn, else steps.</summary>
    public XAxis? X { get; init; }
    /// <summary>0 (none) to 0.99.</summary>
    public double Smoothing { get; init; } = DefaultSmoothing;
    public bool LogY { get; init; }
    /// <summary>The stretch of the x axis that is zoomed to, in the store's unit of the axis.</summary>
    public ChartRange? Zoom { get; init; }
    /// <summary>The task whose panel is zoomed, where every panel has an axis of its own.</summary>
    public string? ZoomPanel { get; init; }
    /// <summary>The series of the tab Curves; empty: its own choice.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];
    public string? Task { get; init; }
    public int? Example { get; init; }
    /// <summary>"info" (all), "warning" or "error": the least that the log shows.</summary>
    public string Level { get; init; } = "info";
    /// <summary>What the shares of Balance are shares of.</summary>
    public ShareMeasure Measure { get; init; }
    /// <summary>Ends the y axes of curves where outliers begin.</summary>
    public bool ClipsOutliers { get; init; }
    /// <summary>Records of gradients that the cosines are averaged over.</summary>
    public int Window { get; init; } = DefaultWindow;
    /// <summary>The pair of tasks whose layers are looked at, as "qa~sentiment"; null: all pairs.</summary>
    public string? Pair { get; init; }
    /// <summary>The tasks whose curves are drawn where there are more than fit.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>How far below its reference a task may lie at the checkpoint that is kept: points, or percent for metrics without points.</summary>
    public double Floor { get; init; } = DefaultFloor;

    public const double DefaultSmoothing = 0.95;
    public const double DefaultFloor = 1;
    public const int DefaultWindow = 20;

    /// <summary>Reads what the address may hold; what makes no sense is taken as not said.</summary>
    public static RunQuery Of(string? tab, string? reference, string? x, double? smoothing, bool log, double? from, double? to)
    {
        XAxis? axis = null;
        foreach (var known in Enum.GetValues<XAxis>())
            if (XAxes.Name(known) == x) axis = known;
        return new()
        {
            Tab = Tabs.Any(known => known.Key == tab) ? tab! : Overview,
            Reference = ReferenceChoice.Parse(reference)?.Kind switch { ReferenceKind.Baseline => RunDetail.Reference.Baseline, ReferenceKind.Untuned => RunDetail.Reference.Untuned, ReferenceKind.Pinned => RunDetail.Reference.Pinned, _ => null },
            Pinned = ReferenceChoice.Parse(reference) is { Kind: ReferenceKind.Pinned, Run: var run } ? run : null,
            X = axis,
            Smoothing = smoothing is { } given && double.IsFinite(given) ? Math.Clamp(given, 0, 0.99) : DefaultSmoothing,
            LogY = log,
            Zoom = from < to ? new(from.Value, to.Value) : null,
        };
    }
}
