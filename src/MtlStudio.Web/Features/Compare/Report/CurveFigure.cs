using System.Globalization;
using System.Net;
using System.Text;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Verdicts;

namespace MtlStudio.Web.Features.Compare.Report;

/// <summary>A panel of curves as one SVG, for a file that opens without scripts: training thin, validation thick with markers, references dashed.</summary>
public static class CurveFigure
{
    private const double Width = 340, Height = 210, Left = 46, Right = 8, Top = 26, Bottom = 34;

    public static string Svg(ChartPanel panel, string xTitle)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg class=\"curves\" viewBox=\"0 0 {N(Width)} {N(Height)}\" role=\"img\" aria-label=\"{E(Summary(panel))}\"><title>{E(Summary(panel))}</title>");
        text.Append(CultureInfo.InvariantCulture, $"<rect x=\"0\" y=\"5\" width=\"10\" height=\"10\" rx=\"2\" fill=\"{panel.Swatch}\"/><text x=\"16\" y=\"14\" class=\"strong\">{E(panel.Title)}</text><text x=\"{N(Width - Right)}\" y=\"14\" text-anchor=\"end\" class=\"faint\">{E(panel.Unit)}</text>");
        if (Frame.Of(panel) is { } frame)
        {
            foreach (var tick in AxisTicks.Of(frame.Low, frame.High, 4))
                text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(Left)}\" x2=\"{N(Width - Right)}\" y1=\"{N(frame.Y(tick))}\" y2=\"{N(frame.Y(tick))}\" class=\"grid\"/><text x=\"{N(Left - 6)}\" y=\"{N(frame.Y(tick) + 4)}\" text-anchor=\"end\" class=\"faint\">{Format.Number(Math.Round(tick, 10))}</text>");
            foreach (var tick in AxisTicks.Of(frame.From, frame.To, 4))
                text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(frame.X(tick))}\" y=\"{N(Height - Bottom + 14)}\" text-anchor=\"middle\" class=\"faint\">{Format.Number(Math.Round(tick, 10))}</text>");
            foreach (var series in panel.Series) Band(text, series, frame);
            foreach (var series in panel.Series) Line(text, series, frame);
        }
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N((Left + Width - Right) / 2)}\" y=\"{N(Height - 4)}\" text-anchor=\"middle\" class=\"faint\">{E(xTitle)}</text></svg>");
        return text.ToString();
    }

    private static void Band(StringBuilder text, ChartSeries series, Frame frame)
    {
        if (series.Band is not { X.Count: > 1 } band) return;
        var there = Enumerable.Range(0, band.X.Count).Where(i => double.IsFinite(band.Low[i]) && double.IsFinite(band.High[i])).ToList();
        var edge = there.Select(i => $"{N(frame.X(band.X[i]))},{N(frame.Y(band.High[i]))}").Concat(there.AsEnumerable().Reverse().Select(i => $"{N(frame.X(band.X[i]))},{N(frame.Y(band.Low[i]))}"));
        text.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{string.Join(' ', edge)}\" fill=\"{series.Color}\" opacity=\"0.15\"/>");
    }

    private static void Line(StringBuilder text, ChartSeries series, Frame frame)
    {
        var points = Enumerable.Range(0, series.X.Count).Where(i => double.IsFinite(series.Y[i])).Select(i => (X: N(frame.X(series.X[i])), Y: N(frame.Y(series.Y[i])))).ToList();
        var look = series.Style switch { SeriesStyle.Validation => "stroke-width=\"2\"", SeriesStyle.Reference => "stroke-width=\"1.25\" stroke-dasharray=\"5 4\"", _ => "stroke-width=\"1\" opacity=\"0.7\"" };
        text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{series.Color}\" stroke-linejoin=\"round\" {look} points=\"{string.Join(' ', points.Select(point => $"{point.X},{point.Y}"))}\"><title>{E(series.Name)}</title></polyline>");
        if (series.Style == SeriesStyle.Validation)
            foreach (var (x, y) in points) text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x}\" cy=\"{y}\" r=\"2\" fill=\"{series.Color}\"/>");
    }

    private static string Summary(ChartPanel panel) => $"{panel.Title}: " + string.Join("; ", panel.Series.Where(series => series.Style != SeriesStyle.Train && series.Y.Count > 0)
        .Select(series => $"{series.Name} from {Format.Number(series.Y[0])} to {Format.Number(series.Y[^1])}"));

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The part of both axes that all lines need.</summary>
    private sealed record Frame(double From, double To, double Low, double High)
    {
        public static Frame? Of(ChartPanel panel)
        {
            var points = panel.Series.SelectMany(series => series.X.Zip(series.Y)).Where(point => double.IsFinite(point.Second)).ToList();
            if (points.Count == 0) return null;
            var (low, high) = (points.Min(point => point.Second), points.Max(point => point.Second));
            var room = high > low ? 0.05 * (high - low) : Math.Max(1e-9, Math.Abs(high) * 0.05);
            var (from, to) = (points.Min(point => point.First), points.Max(point => point.First));
            return new(from, to > from ? to : from + 1, low - room, high + room);
        }

        public double X(double x) => Left + (x - From) / (To - From) * (Width - Left - Right);

        public double Y(double y) => Height - Bottom - (y - Low) / (High - Low) * (Height - Top - Bottom);
    }
}
