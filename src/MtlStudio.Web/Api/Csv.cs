using System.Globalization;
using System.Text;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Api;

/// <summary>Tables as CSV files: numbers in full, words as the JSON has them.</summary>
internal static class Csv
{
    /// <summary>A CSV file as an answer.</summary>
    public static IResult File(string name, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object?>> rows) =>
        Results.File(Encoding.UTF8.GetBytes(CsvText.Of(rows.Select(row => (IReadOnlyList<string?>)[.. row.Select(Cell)]).Prepend([.. header]))), "text/csv; charset=utf-8", name);

    private static string? Cell(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };
}
