namespace MtlStudio.Core.Analysis;

/// <summary>One vote between two candidates.</summary>
/// <param name="Outcome">Above 0: the first won; below 0: the second; 0: a tie.</param>
public readonly record struct PairwiseVote(int First, int Second, int Outcome);

/// <summary>Who beat whom how often. Ties stand apart from wins.</summary>
public sealed class PairwiseWins
{
    private readonly int[,] wins;
    private readonly int[,] ties;

    /// <param name="candidates">K; votes name them by 0 to K − 1.</param>
    /// <param name="votes">In any order.</param>
    public PairwiseWins(int candidates, IEnumerable<PairwiseVote> votes)
    {
        (Candidates, wins, ties) = (candidates, new int[candidates, candidates], new int[candidates, candidates]);
        foreach (var vote in votes)
        {
            if (vote.Outcome > 0) wins[vote.First, vote.Second]++;
            else if (vote.Outcome < 0) wins[vote.Second, vote.First]++;
            else
            {
                ties[vote.First, vote.Second]++;
                ties[vote.Second, vote.First]++;
            }
        }
    }

    public int Candidates { get; }

    /// <summary>How often the first beat the second.</summary>
    public int Wins(int first, int second) => wins[first, second];

    /// <summary>How often the two tied.</summary>
    public int Ties(int first, int second) => ties[first, second];

    /// <summary>(K, K): wins of the row over the column, a tie counted as half a win of each.</summary>
    public double[,] WithHalfTies()
    {
        var matrix = new double[Candidates, Candidates];
        for (var i = 0; i < Candidates; i++)
            for (var j = 0; j < Candidates; j++) matrix[i, j] = wins[i, j] + ties[i, j] / 2.0;
        return matrix;
    }

    /// <summary>Wins, ties and losses of one candidate against all others.</summary>
    public (int Wins, int Ties, int Losses) Of(int candidate)
    {
        var (won, tied, lost) = (0, 0, 0);
        for (var other = 0; other < Candidates; other++)
        {
            won += wins[candidate, other];
            tied += ties[candidate, other];
            lost += wins[other, candidate];
        }
        return (won, tied, lost);
    }
}
