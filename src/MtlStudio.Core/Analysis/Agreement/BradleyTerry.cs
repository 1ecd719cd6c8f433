namespace MtlStudio.Core.Analysis;

/// <summary>One strength a candidate from wins in pairs (Bradley and Terry 1952), by the MM iteration of Hunter 2004.</summary>
public static class BradleyTerry
{
    private const int MaxRounds = 100_000;

    /// <param name="wins">(K, K): wins of the row over the column; a tie may count as half a win of each.</param>
    /// <returns>(K): log strengths with mean 0, so that P(i beats j) = 1/(1 + exp(sⱼ − sᵢ)); null where the wins determine none
    /// (a candidate, or a group of them, that never lost or never won against the others).</returns>
    public static double[]? Of(double[,] wins)
    {
        var count = wins.GetLength(0);
        if (count == 0 || !IsConnected(wins)) return null;
        var strengths = Enumerable.Repeat(1.0, count).ToArray();
        for (var round = 0; round < MaxRounds; round++)
        {
            var next = new double[count];
            for (var i = 0; i < count; i++)
            {
                var (won, met) = (0.0, 0.0);
                for (var j = 0; j < count; j++)
                {
                    if (i == j) continue;
                    won += wins[i, j];
                    met += (wins[i, j] + wins[j, i]) / (strengths[i] + strengths[j]);
                }
                next[i] = met > 0 ? won / met : 1;
            }
            var scale = Math.Exp(next.Average(strength => Math.Log(strength)));
            var moved = 0.0;
            for (var i = 0; i < count; i++)
            {
                next[i] /= scale;
                moved = Math.Max(moved, Math.Abs(Math.Log(next[i] / strengths[i])));
            }
            strengths = next;
            if (moved < 1e-13) break;
        }
        return [.. strengths.Select(strength => Math.Log(strength))];
    }

    /// <summary>True where each candidate reaches each other one along wins (Ford 1957): only then is there a maximum.</summary>
    private static bool IsConnected(double[,] wins)
    {
        var count = wins.GetLength(0);
        return Reaches((i, j) => wins[i, j] > 0) && Reaches((i, j) => wins[j, i] > 0);

        bool Reaches(Func<int, int, bool> beats)
        {
            var seen = new HashSet<int> { 0 };
            var due = new Stack<int>(seen);
            while (due.TryPop(out var at))
                for (var other = 0; other < count; other++)
                    if (beats(at, other) && seen.Add(other)) due.Push(other);
            return seen.Count == count;
        }
    }
}
