namespace MtlStudio.Web.Theme;

/// <summary>The colors of a chart's own parts, and the scales of its heat maps.</summary>
public sealed record ChartPalette
{
    public required string Surface { get; init; }
    public required string Text { get; init; }
    public required string Faint { get; init; }
    public required string Grid { get; init; }
    public required string Accent { get; init; }
    /// <summary>Blue, the surface's own grey at zero, orange: for cosines and deltas, drawn symmetric about zero.</summary>
    public required IReadOnlyList<string> Diverging { get; init; }

    /// <summary>Cividis in nine steps: reads the same to every eye, and in grey.</summary>
    public static IReadOnlyList<string> Sequential { get; } =
        ["#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369", "#FEE838"];

    public static ChartPalette Light { get; } = new()
    {
        Surface = "#F7F8FA", Text = "#1B1F24", Faint = "#566070", Grid = "#E3E7EC", Accent = "#3457D5",
        Diverging = ["#1F5FA8", "#8DB4DC", "#F7F8FA", "#E8B48A", "#B3510B"],
    };

    public static ChartPalette Dark { get; } = new()
    {
        Surface = "#1E2126", Text = "#E7EAEE", Faint = "#A3ACB9", Grid = "#2B3038", Accent = "#8DA6FF",
        Diverging = ["#7DB8F5", "#41658A", "#1E2126", "#8A5F3B", "#F2A766"],
    };
}
