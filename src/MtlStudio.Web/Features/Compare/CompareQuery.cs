using System.Globalization;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Compare;

/// <summary>What the curves show of each task.</summary>
public enum CurveKind { Both, Validation, Training, Score }

/// <summary>What the address says of the page: the link opens the same picture.</summary>
public sealed record CompareQuery
{
    public const int Fewest = 2, Most = 20;
    public const double DefaultSmoothing = 0.95;

    /// <summary>The runs, in the order they are shown; without repetition, at most <see cref="Most"/>.</summary>
    public IReadOnlyList<long> Runs { get; init; } = [];
    /// <summary>"baseline", "untuned" or a run's number; null: baselines where there are any, else untuned.</summary>
    public string? Reference { get; init; }
    /// <summary>The task of samples and examples.</summary>
    public string? Task { get; init; }
    /// <summary>Null: both kinds of loss where the lines are few, else validation alone.</summary>
    public CurveKind? Curve { get; init; }
    public XAxis X { get; init; } = XAxis.TaskExamples;
    /// <summary>0 (none) to 0.99.</summary>
    public double Smoothing { get; init; } = DefaultSmoothing;
    public bool LogY { get; init; }
    /// <summary>The zoomed stretch of the x axis, as counted from each run's start.</summary>
    public ChartRange? Zoom { get; init; }
    /// <summary>The task whose panel is zoomed, where every panel has an axis of its own.</summary>
    public string? ZoomPanel { get; init; }
    /// <summary>Draws runs that differ only in seed as one line with its spread.</summary>
    public bool GroupSeeds { get; init; } = true;
    /// <summary>The lines with a color, by the first run of each; empty: the first four.</summary>
    public IReadOnlyList<long> Colored { get; init; } = [];
    /// <summary>The tasks with curves, where there are more than a figure holds.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];
    /// <summary>The spec field of the scatter; null: the first that differs.</summary>
    public string? Field { get; init; }
    /// <summary>What the scatter's field is set against: a task, or null for the unified score.</summary>
    public string? Against { get; init; }
    public int? Example { get; init; }
    /// <summary>The evaluation that samples are of; null: each run's last.</summary>
    public int? Step { get; init; }
    /// <summary>"test" or "validation"; null: test where all have it.</summary>
    public string? Split { get; init; }
    /// <summary>What outputs are held against: "reference", "first" or "off".</summary>
    public string Diff { get; init; } = "reference";
    /// <summary>The run whose delta of <see cref="Task"/> is opened; null: none.</summary>
    public long? Opened { get; init; }
    /// <summary>What comes first of its examples: "lost" (or null), "won" or "row".</summary>
    public string? Sort { get; init; }
    /// <summary>The page of its examples, from 0.</summary>
    public int Page { get; init; }

    /// <summary>The numbers in "41,42, 43"; what is no number is passed over.</summary>
    public static IReadOnlyList<long> Numbers(string? text) => [.. (text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
        .Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct()];

    /// <summary>An address of the page for these runs.</summary>
    public static string Link(IEnumerable<long> runs) => $"/compare?runs={string.Join(',', runs)}";
}
