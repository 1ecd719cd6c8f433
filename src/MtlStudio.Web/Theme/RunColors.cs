using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace MtlStudio.Web.Theme;

/// <summary>
/// The colors of up to four chosen runs where a panel is of one task; the other runs are grey. Told apart by eye with any color
/// vision, by another marker each, and from the surface by at least 3.2 : 1. For lines and swatches, never for text.
/// </summary>
public static class RunColors
{
    private static readonly string[] Light = ["#2F5FD0", "#C8501A", "#0C968D", "#8E2470"];
    private static readonly string[] Dark = ["#6CC7FF", "#FA7A31", "#249D9A", "#EDB0C2"];
    private static readonly SymbolEnum[] Markers = [SymbolEnum.Circle, SymbolEnum.Square, SymbolEnum.Diamond, SymbolEnum.TriangleUp];

    /// <summary>How many runs have a color at once.</summary>
    public static int Count => Light.Length;

    /// <param name="place">The place among the chosen, from 0; null: not chosen, grey.</param>
    public static string Of(int? place, bool dark) => place is { } chosen ? (dark ? Dark : Light)[chosen % Light.Length] : dark ? "#6C7683" : "#A4ACB8";

    public static SymbolEnum MarkerOf(int? place) => Markers[(place ?? 0) % Markers.Length];

    /// <summary>The marker as a character, for chips and tables.</summary>
    public static string GlyphOf(int? place) => place switch { 0 => "●", 1 => "■", 2 => "◆", 3 => "▲", _ => "○" };
}
