using System.Text;

namespace MtlStudio.Web.Charts;

/// <summary>Writes CSV by RFC 4180; a leading sign that a spreadsheet would take for a formula is kept as text.</summary>
public static class CsvText
{
    /// <summary>Lines ended by CR LF; null is empty.</summary>
    public static string Of(IEnumerable<IReadOnlyList<string?>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows) text.AppendJoin(',', row.Select(value => Quoted(value ?? ""))).Append("\r\n");
        return text.ToString();
    }

    /// <summary>One value; numbers keep their sign.</summary>
    public static string Quoted(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' && !double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
