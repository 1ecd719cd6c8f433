namespace MtlStudio.Web.Layout;

/// <summary>
/// Pages whose first answer holds what they show: drawn ahead of the circuit, read at once, and pressed when it stands. A page so drawn is
/// made twice; its second making must show the same without waiting (<see cref="FirstReads"/>), or it would blink.
/// </summary>
internal static class DrawnAhead
{
    /// <param name="path">Of the address, from its root on.</param>
    /// <param name="tab">What the address says of the page's tab; null: nothing.</param>
    public static bool Is(string? path, string? tab) => path == "/runs" || IsRun(path) && tab is null or "" or "overview" or "curves";

    /// <summary>True for the page of a run.</summary>
    public static bool IsRun(string? path) =>
        path?.StartsWith("/runs/", StringComparison.Ordinal) == true && path.Length > "/runs/".Length && !path.AsSpan("/runs/".Length).ContainsAnyExceptInRange('0', '9');
}
