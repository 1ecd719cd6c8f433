using System.Text.RegularExpressions;

namespace MtlStudio.Web.Theme;

/// <summary>What the browser said of itself when it was here last, in a cookie: with it a page shows the right colors and times from its first frame on.</summary>
/// <param name="Theme">Null where it said nothing, as when it is here for the first time.</param>
/// <param name="Zone">Its time zone's name; null: unknown.</param>
public sealed partial record BrowserReport(ThemeState? Theme, string? Zone)
{
    /// <summary>Of the cookie that wwwroot/js/theme.js sets.</summary>
    public const string Cookie = "mtl-browser";

    public static BrowserReport None { get; } = new(null, null);

    /// <param name="cookie">As "system.dark.Europe/Berlin": the choice, what is shown, the zone. Anything else says nothing.</param>
    public static BrowserReport Of(string? cookie)
    {
        if (cookie is null || Form().Match(cookie) is not { Success: true } match) return None;
        return new(new(Enum.Parse<ThemeChoice>(match.Groups[1].Value, ignoreCase: true), match.Groups[2].Value == "dark"), match.Groups[3].Value is { Length: > 0 } zone ? zone : null);
    }

    // Names of zones have no dots, so that none leads out of the folder that holds them.
    [GeneratedRegex("^(system|light|dark)\\.(light|dark)\\.([A-Za-z0-9_+/-]{0,64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
