using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What a chart's x axis counts.</summary>
public enum XAxis
{
    /// <summary>Optimizer steps.</summary>
    Step,
    /// <summary>Training examples of all tasks.</summary>
    Examples,
    /// <summary>Training examples of the series' own task; for a series of no task, of all tasks.</summary>
    TaskExamples,
    /// <summary>Trained (unmasked) tokens of all tasks.</summary>
    Tokens,
    /// <summary>UTC milliseconds since 1970.</summary>
    Time,
}

/// <summary>The names of the axes in URLs and the API: "step", "examples", "task-examples", "tokens", "time".</summary>
public static class XAxes
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<XAxis>().Select(Name)];

    public static string Name(XAxis axis) => axis switch
    {
        XAxis.TaskExamples => "task-examples",
        _ => axis.ToString().ToLowerInvariant(),
    };

    /// <exception cref="InvalidInputException">No axis has that name.</exception>
    public static XAxis Parse(string name, string field = "x")
    {
        foreach (var axis in Enum.GetValues<XAxis>())
            if (Name(axis) == name) return axis;
        throw new InvalidInputException(field, $"There is no axis \"{name}\": choose among {string.Join(", ", Names)}");
    }
}

/// <summary>Which stretch of which series, and how fine.</summary>
public sealed record PointsQuery
{
    public const int MostSeries = 500;
    public const int MostPoints = 20_000;

    public IReadOnlyList<string> Series { get; init; } = [];
    public XAxis X { get; init; }
    /// <summary>First and last x of the stretch, in the axis' own unit, both included; null: no bound.</summary>
    public double? From { get; init; }
    public double? To { get; init; }
    /// <summary>At most so many points a series; about the chart's width in pixels.</summary>
    public int MaxPoints { get; init; } = 1000;

    internal void Check()
    {
        var errors = new List<FieldError>();
        if (Series.Count > MostSeries) errors.Add(new("series", $"At most {MostSeries} series are read at once (you gave {Series.Count})"));
        if (MaxPoints is < 2 or > MostPoints) errors.Add(new("points", $"Points must be from 2 to {MostPoints} (you gave {MaxPoints})"));
        if (From is { } from && !double.IsFinite(from)) errors.Add(new("from", $"From must be a number (you gave {from})"));
        if (To is { } to && !double.IsFinite(to)) errors.Add(new("to", $"To must be a number (you gave {to})"));
        if (errors.Count == 0 && From > To) errors.Add(new("to", $"To must be at least from, {From} (you gave {To})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }
}

/// <summary>A stretch of one series; all arrays have the same length, x rises.</summary>
/// <param name="Raw">True where each entry is one point; false where it sums up several.</param>
/// <param name="X">In the axis' unit; of several points, the middle of their indices.</param>
/// <param name="Mean">Of the finite values; NaN or infinite where there were none.</param>
/// <param name="NonFinite">How many values of each entry were not finite; null where all were finite.</param>
public sealed record SeriesPoints(string Series, string Unit, bool Raw, double[] X, double[] Mean, double[] Min, double[] Max, long[]? NonFinite);
