using System.Globalization;
using MtlStudio.Core.IO;

namespace MtlStudio.Web.Charts;

/// <summary>The one place where numbers become text: at most four significant digits, thousands separated, "–" for what is missing.</summary>
public static class Format
{
    public const string Missing = "–";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A number without a unit, as "1,234", "0.00012" or "3e-05".</summary>
    public static string Number(double? value) => value switch
    {
        null => Missing,
        { } number when !double.IsFinite(number) => NotFinite(number),
        0 => "0",
        { } number when Math.Abs(number) >= 1e6 => Scaled(number),
        { } number when Math.Abs(number) >= 1000 => number.ToString("#,0", Culture),
        { } number when Math.Abs(number) < 1e-4 => number.ToString("0.###e+00", Culture),
        { } number => number.ToString("G4", Culture),
    };

    /// <summary>A loss, four digits: "2.310", "0.8412".</summary>
    public static string Loss(double? value) => Fixed(value, 4);

    /// <summary>A policy's coefficient, four digits.</summary>
    public static string Coefficient(double? value) => Fixed(value, 4);

    /// <summary>A cosine with its sign, two decimals: "+0.38", "−0.40".</summary>
    public static string Cosine(double? value) => value is not { } number || !double.IsFinite(number) ? Missing : Signed(number, Math.Abs(number).ToString("0.00", Culture));

    /// <summary>How often data was passed over: "2.4".</summary>
    public static string Passes(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("0.0", Culture) : Missing;

    /// <summary>A loss as sentences say it, in two decimals: "2.31 → 0.84".</summary>
    public static string LossShort(double value) => !double.IsFinite(value) ? NotFinite(value)
        : Math.Abs(value) is >= 0.1 or 0 ? value.ToString("0.00", Culture) : value.ToString("G2", Culture);

    /// <summary>A score: fractions as percent with one decimal ("72.4"), points likewise, others by <see cref="Number"/>.</summary>
    /// <param name="unit">"fraction" (0 to 1), "points" (0 to 100), or anything else.</param>
    public static string Score(double? value, string unit) => value is { } number && IsPoints(unit)
        ? double.IsFinite(number) ? Points(number, unit).ToString("0.0", Culture).Replace('-', '−') : NotFinite(number)
        : Number(value);

    /// <summary>What stands in the header of a column of scores of that unit: "%", "points" or nothing.</summary>
    public static string ScoreUnit(string unit) => unit switch { "fraction" => "%", "points" => "points", _ => "" };

    /// <summary>A difference with its sign, in the score's own unit: "+1.9", "−0.6", "±0.0".</summary>
    public static string ScoreDelta(double? value, string unit) => value is not { } number || !double.IsFinite(number) ? Missing
        : Signed(number, IsPoints(unit) ? Math.Abs(Points(number, unit)).ToString("0.0", Culture) : Number(Math.Abs(number)));

    /// <summary>A difference of losses with its sign.</summary>
    public static string LossDelta(double? value) => value is not { } number || !double.IsFinite(number) ? Missing : Signed(number, Math.Abs(number).ToString("0.000", Culture));

    /// <summary>A share of 0 to 1 as percent: "24.8 %".</summary>
    public static string Share(double? value) => value is { } number && double.IsFinite(number) ? (100 * number).ToString("0.0", Culture) + " %" : Missing;

    /// <summary>A number of things: "1,234", "1.2 M".</summary>
    public static string Count(double? value) => value switch
    {
        null => Missing,
        { } number when !double.IsFinite(number) => Missing,
        { } number when Math.Abs(number) >= 1e6 => Scaled(number),
        { } number => number.ToString("#,0", Culture),
    };

    /// <summary>Bytes in binary units: "512 MiB".</summary>
    public static string Bytes(double? value)
    {
        if (value is not { } bytes || !double.IsFinite(bytes)) return Missing;
        return ByteText.Of(bytes);
    }

    /// <summary>"0.4 s", "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".</summary>
    public static string Duration(TimeSpan? value) => value switch
    {
        null => Missing,
        { TotalSeconds: < 10 } span => span.TotalSeconds.ToString(span.TotalSeconds % 1 < 0.05 ? "0" : "0.0", Culture) + " s",
        { TotalSeconds: < 59.5 } span => $"{Math.Round(span.TotalSeconds)} s",
        { TotalMinutes: < 60 } span => Pair((long)Math.Round(span.TotalSeconds), 60, "min", "s"),
        { TotalHours: < 48 } span => Pair((long)Math.Round(span.TotalMinutes), 60, "h", "min"),
        { } span => Pair((long)Math.Round(span.TotalHours), 24, "d", "h"),
    };

    private static string Pair(long small, long size, string bigUnit, string smallUnit) =>
        small % size == 0 ? $"{small / size} {bigUnit}" : $"{small / size} {bigUnit} {small % size} {smallUnit}";

    private static string Fixed(double? value, int digits)
    {
        if (value is not { } number) return Missing;
        if (!double.IsFinite(number)) return NotFinite(number);
        var whole = number == 0 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(number))) + 1;
        return number.ToString("F" + Math.Clamp(digits - Math.Max(whole, 0), 0, digits), Culture);
    }

    private static string Scaled(double number)
    {
        string[] units = ["", " k", " M", " G", " T"];
        var unit = 0;
        for (; Math.Abs(number) >= 999.95 && unit < units.Length - 1; unit++) number /= 1000;
        return number.ToString("G3", Culture) + units[unit];
    }

    private static string Signed(double number, string size) => (size.Any(c => c is >= '1' and <= '9') ? number > 0 ? "+" : "−" : "±") + size;

    private static bool IsPoints(string unit) => unit is "fraction" or "points";

    private static double Points(double value, string unit) => unit == "fraction" ? 100 * value : value;

    private static string NotFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
}
