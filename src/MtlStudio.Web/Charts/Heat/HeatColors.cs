using System.Globalization;

namespace MtlStudio.Web.Charts;

/// <summary>The color of a heat map's cell, and that of a number on it.</summary>
/// <param name="Fill">As "#8DB4DC".</param>
/// <param name="Ink">Black or white, whichever can be read on the fill.</param>
public readonly record struct HeatColor(string Fill, string Ink);

/// <summary>A scale of colors: even stops from the lowest value to the highest, straight lines between them.</summary>
public sealed class HeatColors(IReadOnlyList<string> stops, double low, double high)
{
    private readonly (double R, double G, double B)[] stops = [.. stops.Select(Parse)];

    /// <summary>Values outside the scale get its ends' colors.</summary>
    public HeatColor Of(double value)
    {
        var place = high > low ? Math.Clamp((value - low) / (high - low), 0, 1) * (stops.Length - 1) : 0;
        var at = Math.Min((int)place, stops.Length - 2);
        var (from, to, part) = (stops[at], stops[at + 1], place - at);
        (double R, double G, double B) mixed = (from.R + (to.R - from.R) * part, from.G + (to.G - from.G) * part, from.B + (to.B - from.B) * part);
        // Above this luminance black has the greater contrast (WCAG 2: (L + 0.05)² against 1.05 · 0.05).
        return new($"#{Hex(mixed.R)}{Hex(mixed.G)}{Hex(mixed.B)}", Luminance(mixed) > 0.179 ? "#000000" : "#FFFFFF");
    }

    /// <summary>Relative luminance of WCAG 2, 0 to 1.</summary>
    private static double Luminance((double R, double G, double B) color) => 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

    private static double Linear(double part) => part / 255 is var share && share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);

    private static (double, double, double) Parse(string color)
    {
        double Part(int from) => int.Parse(color.AsSpan(from, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (Part(1), Part(3), Part(5));
    }

    private static string Hex(double part) => ((int)Math.Round(part)).ToString("X2", CultureInfo.InvariantCulture);
}
