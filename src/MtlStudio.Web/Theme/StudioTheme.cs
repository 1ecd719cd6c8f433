using MudBlazor;

namespace MtlStudio.Web.Theme;

/// <summary>MudBlazor's share of the look: calm, dense, one accent. wwwroot/app.css holds the rest, with the same colors.</summary>
public static class StudioTheme
{
    private static readonly string[] Sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    /// <summary>In force while the page's root says so: js/theme.js marks it before the first paint.</summary>
    public static MudTheme Light { get; } = Of("light");

    /// <inheritdoc cref="Light"/>
    public static MudTheme Dark { get; } = Of("dark");

    private static MudTheme Of(string name) => new()
    {
        PseudoCss = new PseudoCss { Scope = $":root[data-theme={name}]" },
        PaletteLight = new PaletteLight
        {
            Primary = "#3457D5",
            Secondary = "#566070",
            Background = "#FFFFFF",
            BackgroundGray = "#F7F8FA",
            Surface = "#F7F8FA",
            AppbarBackground = "#F7F8FA",
            AppbarText = "#1B1F24",
            DrawerBackground = "#F7F8FA",
            DrawerText = "#1B1F24",
            TextPrimary = "#1B1F24",
            TextSecondary = "#566070",
            ActionDefault = "#566070",
            LinesDefault = "#DDE1E7",
            LinesInputs = "#8D96A3",
            TableLines = "#DDE1E7",
            Divider = "#DDE1E7",
            TableHover = "#3457D512",
            Info = "#1F5FA8",
            Success = "#2B7A3D",
            Warning = "#A8500A",
            Error = "#B3261E",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8DA6FF",
            PrimaryContrastText = "#101318",
            Secondary = "#A3ACB9",
            Background = "#16181C",
            BackgroundGray = "#1E2126",
            Surface = "#1E2126",
            AppbarBackground = "#1E2126",
            AppbarText = "#E7EAEE",
            DrawerBackground = "#1E2126",
            DrawerText = "#E7EAEE",
            TextPrimary = "#E7EAEE",
            TextSecondary = "#A3ACB9",
            ActionDefault = "#A3ACB9",
            LinesDefault = "#343A43",
            LinesInputs = "#717B89",
            TableLines = "#343A43",
            Divider = "#343A43",
            TableHover = "#8DA6FF14",
            Info = "#7DB8F5",
            Success = "#7FCB8F",
            Warning = "#F2A766",
            WarningContrastText = "#101318",
            Error = "#FF8A80",
            ErrorContrastText = "#101318",
        },
        LayoutProperties = new LayoutProperties { AppbarHeight = "48px", DefaultBorderRadius = "6px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            H1 = new H1Typography { FontSize = "1.25rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "normal" },
            H2 = new H2Typography { FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H3 = new H3Typography { FontSize = "0.875rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H6 = new H6Typography { FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            // MudBlazor sets what is typed into its inputs in it.
            Subtitle1 = new Subtitle1Typography { FontSize = "0.875rem", FontWeight = "400", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontSize = "0.8125rem", FontWeight = "600", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontSize = "0.75rem", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontSize = "0.875rem", FontWeight = "500", TextTransform = "none", LetterSpacing = "normal" },
        },
    };
}
