namespace MtlStudio.Web.Layout;

/// <summary>
/// Pages whose first answer holds what they show: drawn ahead of the circuit, read at once, and pressed when it stands. A page so drawn is
/// made twice; its second making must show the same without waiting, or it would blink.
/// </summary>
internal static class DrawnAhead
{
    /// <param name="path">Of the address, from its root on.</param>
    public static bool Is(string? path) => path is "/runs";
}
