namespace MtlStudio.Core.Studies;

/// <summary>One candidate of a policy: a rate (and a set of loss weights), over its seeds.</summary>
/// <param name="Seeds">Validation's unified score under each seed that has finished.</param>
public sealed record StudyCandidate(string Policy, int LossWeights, double Rate, int Planned, IReadOnlyList<double> Seeds)
{
    public bool IsComplete => Seeds.Count == Planned;

    /// <summary>NaN without a finished seed.</summary>
    public double Mean => Seeds.Count == 0 ? double.NaN : Seeds.Average();
}

/// <summary>Chooses what stands for a policy.</summary>
public static class StudyChoice
{
    /// <summary>
    /// The candidate with the best mean validation score: test only reports. Candidates whose seeds have all finished come before others, so that one
    /// lucky seed does not win.
    /// </summary>
    public static StudyCandidate? Best(IEnumerable<StudyCandidate> candidates) => candidates.Where(candidate => double.IsFinite(candidate.Mean))
        .OrderByDescending(candidate => candidate.IsComplete).ThenByDescending(candidate => candidate.Mean).ThenBy(candidate => candidate.LossWeights).ThenBy(candidate => candidate.Rate).FirstOrDefault();

    /// <summary>True where the best rate lies at an end of a grid of at least two: a wider grid may find a better one.</summary>
    public static bool IsAtEdge(StudyCandidate best, IEnumerable<double> rates) =>
        rates.Distinct().Order().ToList() is { Count: > 1 } grid && (best.Rate == grid[0] || best.Rate == grid[^1]);
}
