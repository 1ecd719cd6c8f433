namespace MtlStudio.Store;

/// <summary>How many rows a step of a long removal takes, so that it holds up nobody for long, whatever the rows and the disk are like.</summary>
internal static class StepLength
{
    public static readonly TimeSpan Wanted = TimeSpan.FromMilliseconds(12);
    private const int Most = 5_000;

    /// <param name="rows">Of the last step.</param>
    /// <param name="took">That it took.</param>
    public static int Next(int rows, TimeSpan took)
    {
        // It shrinks at once and grows slowly: one step that lay on pages in memory says little of the next.
        var factor = took <= TimeSpan.Zero ? 1.5 : Math.Clamp(Wanted / took, 0.1, 1.5);
        return (int)Math.Clamp(factor > 1 ? Math.Ceiling(rows * factor) : rows * factor, 1, Most);
    }
}
