using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace MtlStudio.Web.Charts;

/// <summary>A figure inside of the page itself, for charts.js to draw before there is a circuit that could send it.</summary>
internal static class FigureAhead
{
    // Relaxed, for a figure's texts are JSON in JSON and full of quotes; what could end the script element is escaped below.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for the same drawing, by which the circuit's figure is known again.</summary>
    public static string NameOf(PanelFigure figure)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(figure.Look, Json));
        hash.AppendData(figure.Numbers);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }

    /// <summary>A block of data, which no browser runs.</summary>
    /// <param name="isDark">The theme whose colors the figure has: in a page that shows the other it is left to the circuit.</param>
    public static MarkupString Element(PanelFigure figure, bool isDark)
    {
        var json = new StringBuilder(JsonSerializer.Serialize(new { figure.Look, figure.Numbers, Dark = isDark }, Json));
        // Within strings, where alone it can stand.
        return new($"<script type=\"application/json\">{json.Replace("<", "\\u003c")}</script>");
    }
}
