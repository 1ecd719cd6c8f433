using System.Globalization;

namespace MtlStudio.Store;

/// <summary>A value of a filter as it was written.</summary>
public sealed record FilterValue(string Text)
{
    private const string Breaks = "()\"',=!<>~";
    private static readonly string[] Keywords = ["and", "or", "not", "in", "is"];

    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("min", 60), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)];

    /// <summary>As it stands in a filter: quoted where it must be.</summary>
    public override string ToString() =>
        Text.Length == 0 || Text.Any(c => char.IsWhiteSpace(c) || Breaks.Contains(c)) || Keywords.Contains(Text, StringComparer.OrdinalIgnoreCase) ? Quote(Text) : Text;

    internal static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The number, where it is one: "0.9", "1e-4", "90%" (0.9).</summary>
    public double? Number
    {
        get
        {
            var percent = Text.EndsWith('%');
            return double.TryParse(percent ? Text[..^1] : Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? percent ? number / 100 : number : null;
        }
    }

    /// <summary>Seconds, of "90s", "20min", "1.5h", "2d", "1w" or a bare number of seconds.</summary>
    public double? Seconds
    {
        get
        {
            foreach (var (unit, seconds) in Units)
                if (Text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && Amount(Text[..^unit.Length]) is { } amount) return amount * seconds;
            return Amount(Text);
        }
    }

    /// <summary>The moment: an age before <paramref name="now"/> ("2d"), or a date or time of UTC ("2026-11-20", "2026-11-20T14:30").</summary>
    public DateTimeOffset? Moment(DateTimeOffset now)
    {
        if (Text.Length > 0 && !char.IsAsciiDigit(Text[^1]) && Seconds is { } age && age < (now - DateTimeOffset.UnixEpoch).TotalSeconds) return now - TimeSpan.FromSeconds(age);
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
        return DateTimeOffset.TryParseExact(Text.TrimEnd('Z'), forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
    }

    /// <summary>"true"/"yes" or "false"/"no".</summary>
    public bool? Truth => Text.ToLowerInvariant() switch { "true" or "yes" => true, "false" or "no" => false, _ => null };

    private static double? Amount(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount < 1e10 ? amount : null;
}
