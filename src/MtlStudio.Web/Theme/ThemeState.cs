namespace MtlStudio.Web.Theme;

/// <summary>What the user chose.</summary>
public enum ThemeChoice { System, Light, Dark }

/// <summary>Cascaded to every component: charts draw with its palette.</summary>
/// <param name="Choice">What the user chose.</param>
/// <param name="IsDark">What is shown: the choice, or what the system says.</param>
/// <param name="IsKnown">False until the browser has said so; what is drawn in colors of its own waits for it.</param>
public sealed record ThemeState(ThemeChoice Choice, bool IsDark, bool IsKnown = true)
{
    public ChartPalette Charts => IsDark ? ChartPalette.Dark : ChartPalette.Light;
}
