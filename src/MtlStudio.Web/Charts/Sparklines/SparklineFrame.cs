using System.Globalization;

namespace MtlStudio.Web.Charts;

/// <summary>Places the points of several lines in one small picture, with a margin for markers. What is not finite is left out.</summary>
internal sealed record SparklineFrame(double Left, double Right, double Low, double High, int Width, int Height)
{
    private const double Margin = 3;

    public static SparklineFrame Of(IReadOnlyList<ChartSeries> lines, int width, int height)
    {
        var (left, right, low, high) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var line in lines)
            for (var i = 0; i < line.X.Count; i++)
            {
                if (!double.IsFinite(line.Y[i])) continue;
                (left, right) = (Math.Min(left, line.X[i]), Math.Max(right, line.X[i]));
                (low, high) = (Math.Min(low, line.Y[i]), Math.Max(high, line.Y[i]));
            }
        return new(left, right, low, high, width, height);
    }

    public IEnumerable<(string X, string Y)> Points(ChartSeries line)
    {
        for (var i = 0; i < line.X.Count; i++)
            if (double.IsFinite(line.Y[i]))
                yield return (Text(Place(line.X[i], Left, Right, Width)), Text(Height - Place(line.Y[i], Low, High, Height)));
    }

    public string Path(ChartSeries line) => string.Join(' ', Points(line).Select(point => $"{point.X},{point.Y}"));

    private static double Place(double value, double from, double to, int size) => to > from ? Margin + (value - from) / (to - from) * (size - 2 * Margin) : size / 2.0;

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
