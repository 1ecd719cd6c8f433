namespace MtlStudio.Core.Stopping;

/// <summary>Where a watch for improvement stands.</summary>
/// <param name="Best">The best value so far; null: none yet.</param>
/// <param name="Waits">Looks since the last improvement.</param>
public sealed record PatienceState(double? Best = null, int Waits = 0);

/// <summary>
/// Early stopping (Prechelt 1998): a value improves only where it is better than the best by more than the smallest gain, and
/// the best moves only then; what is not a number never improves.
/// </summary>
public static class Patience
{
    public static PatienceState Next(PatienceState state, double value, bool higherIsBetter, double smallestGain)
    {
        var improves = !double.IsNaN(value) && (state.Best is not { } best || (higherIsBetter ? value > best + smallestGain : value < best - smallestGain));
        return improves ? new(value, 0) : state with { Waits = state.Waits + 1 };
    }

    /// <param name="patience">Looks without improvement; at least 1 counts.</param>
    public static bool IsOver(PatienceState state, int patience) => state.Waits >= Math.Max(1, patience);
}
