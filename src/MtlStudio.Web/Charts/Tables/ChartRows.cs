using System.Globalization;
using System.Text;

namespace MtlStudio.Web.Charts;

/// <summary>One point of a chart as a row of its table.</summary>
/// <param name="XName">What the place is called on an axis of words, else null.</param>
/// <param name="Low">Lowest value of what the point sums up, where it does.</param>
public sealed record ChartRow(string Panel, string Series, double X, double Y, double? Low, double? High, string? XName = null);

/// <summary>A chart's points as rows, and as CSV.</summary>
public static class ChartRows
{
    public static IReadOnlyList<ChartRow> Of(IReadOnlyList<ChartPanel> panels)
    {
        var rows = new List<ChartRow>();
        foreach (var panel in panels)
            foreach (var series in panel.Series)
            {
                // A band of the same places belongs to the points; one of others (a smoothed line's) is rows of its own.
                var band = series.Band is { } given && given.X.SequenceEqual(series.X) ? given : null;
                for (var i = 0; i < series.X.Count; i++) rows.Add(new(panel.Title, series.Name, series.X[i], series.Y[i], band?.Low[i], band?.High[i], NameOf(panel, series.X[i])));
                if (band is null && series.Band is { } other)
                    for (var i = 0; i < other.X.Count; i++) rows.Add(new(panel.Title, $"{series.Name} (raw)", other.X[i], (other.Low[i] + other.High[i]) / 2, other.Low[i], other.High[i]));
            }
        return rows;
    }

    public static string Csv(IReadOnlyList<ChartRow> rows, string xTitle)
    {
        var text = new StringBuilder($"panel,series,{CsvText.Quoted(xTitle.Length > 0 ? xTitle : "x")},value,min,max\r\n");
        foreach (var row in rows)
            text.Append(CsvText.Quoted(row.Panel)).Append(',').Append(CsvText.Quoted(row.Series)).Append(',').Append(row.XName is { } name ? CsvText.Quoted(name) : Number(row.X)).Append(',').Append(Number(row.Y))
                .Append(',').Append(Number(row.Low)).Append(',').Append(Number(row.High)).Append("\r\n");
        return text.ToString();
    }

    private static string? NameOf(ChartPanel panel, double x) => panel.XNames is { } names && (int)x is var place && place >= 0 && place < names.Count ? names[place] : null;

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
