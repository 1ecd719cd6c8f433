using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>How scores are judged, where a task does not say otherwise.</summary>
public static class JudgingSettings
{
    /// <summary>The key of the smallest difference that matters: a number of points (of 100).</summary>
    public const string SmallestDifferenceKey = "judging.smallestDifference";

    /// <summary>Points, where nothing was set.</summary>
    public const double SmallestDifference = Core.Analysis.SmallestDifference.DefaultPoints;

    /// <exception cref="InvalidInputException">Out of range.</exception>
    public static void Check(double points)
    {
        if (!double.IsFinite(points) || points is < 0 or > 50)
            throw new InvalidInputException("smallestDifference", $"The smallest difference that matters must be 0 to 50 points (you gave {points})");
    }
}
