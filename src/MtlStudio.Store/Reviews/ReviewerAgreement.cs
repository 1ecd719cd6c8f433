using MtlStudio.Core.Analysis;

namespace MtlStudio.Store;

/// <summary>How far the reviewers of one review agree. The categories are the runs, tie, and all bad.</summary>
internal static class ReviewerAgreement
{
    public static ReviewAgreement Of(IReadOnlyList<ReviewVote> votes, int runs)
    {
        var shared = votes.GroupBy(vote => vote.ItemId).Where(item => item.Count() > 1)
            .Select(item => item.ToDictionary(vote => vote.Reviewer, vote => Category(vote, runs))).ToList();
        string[] names = [.. shared.SelectMany(item => item.Keys).Distinct().Order(StringComparer.Ordinal)];
        var alpha = KrippendorffAlpha.Of([.. names.Select(name => shared.Select(item => item.TryGetValue(name, out var category) ? category : (double?)null).ToArray())]);
        var pairs = new List<ReviewerPair>();
        for (var i = 0; i < names.Length; i++)
            for (var j = i + 1; j < names.Length; j++)
                if (Pair(names[i], names[j], shared, runs) is { } pair) pairs.Add(pair);
        return new(shared.Count, Defined(alpha), names.Length < 3 ? null : Fleiss(shared, names.Length, runs), pairs);
    }

    private static ReviewerPair? Pair(string first, string second, List<Dictionary<string, int>> shared, int runs)
    {
        var both = shared.Where(item => item.ContainsKey(first) && item.ContainsKey(second)).ToList();
        if (both.Count == 0) return null;
        int[] a = [.. both.Select(item => item[first])], b = [.. both.Select(item => item[second])];
        return new(first, second, both.Count, a.Zip(b).Average(pair => pair.First == pair.Second ? 1.0 : 0), Defined(CohenKappa.Of(a, b, runs + 2)));
    }

    private static double? Fleiss(List<Dictionary<string, int>> shared, int reviewers, int runs) =>
        Defined(FleissKappa.Of([.. shared.Where(item => item.Count == reviewers)
            .Select(item => Enumerable.Range(0, runs + 2).Select(category => item.Values.Count(one => one == category)).ToArray())]));

    private static int Category(ReviewVote vote, int runs) => vote.Choice switch
    {
        VoteChoice.Best => vote.Place!.Value,
        VoteChoice.Tie => runs,
        _ => runs + 1,
    };

    private static double? Defined(double value) => double.IsFinite(value) ? value : null;
}
