using System.Globalization;
using System.Text;

namespace MtlStudio.Web.Api;

/// <summary>Rows as CSV (RFC 4180): a header, commas, CRLF, quotes where a cell needs them; numbers in full, times and words as the JSON has them.</summary>
internal static class Csv
{
    /// <summary>A CSV file as an answer.</summary>
    public static IResult File(string name, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object?>> rows) =>
        Results.Text(Text(header, rows), "text/csv; charset=utf-8", Encoding.UTF8).Named(name);

    public static string Text(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(header)) text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return text.ToString();
    }

    private static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.AsSpan().ContainsAny("\",\r\n") || text.StartsWith(' ') || text.EndsWith(' ') ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
    }

    private static IResult Named(this IResult result, string name) => new NamedFile(result, name);

    private sealed record NamedFile(IResult Inner, string Name) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{Name}\"";
            return Inner.ExecuteAsync(httpContext);
        }
    }
}
