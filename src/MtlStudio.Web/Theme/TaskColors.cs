using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace MtlStudio.Web.Theme;

/// <summary>
/// One color a task, the same everywhere: by the task's place in its mix. Any two differ under normal and red-, green- and
/// blue-blind vision and stand out from the surface by at least 3.2 : 1. From the ninth task on the color repeats with another marker.
/// For lines and swatches, never for text.
/// </summary>
public static class TaskColors
{
    private static readonly string[] Light = ["#0F9293", "#3C4110", "#894ED6", "#CF6963", "#632240", "#8B5863", "#4F7715", "#512B92"];
    private static readonly string[] Dark = ["#8EFAF9", "#EBEE62", "#C49BF3", "#FC274B", "#A25A77", "#DA8A9C", "#D1F0C1", "#8D6CC2"];
    private static readonly SymbolEnum[] Markers =
        [SymbolEnum.Circle, SymbolEnum.Square, SymbolEnum.Diamond, SymbolEnum.TriangleUp, SymbolEnum.Cross, SymbolEnum.X, SymbolEnum.TriangleDown, SymbolEnum.Star];

    public static int Count => Light.Length;

    /// <param name="index">The task's place in its mix, from 0.</param>
    /// <param name="dark">True for the dark theme.</param>
    public static string Of(int index, bool dark) => (dark ? Dark : Light)[index % Light.Length];

    /// <summary>The first eight tasks share a marker, the next eight the next.</summary>
    public static SymbolEnum MarkerOf(int index) => Markers[index / Light.Length % Markers.Length];
}
