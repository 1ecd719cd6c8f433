using MtlStudio.Core.Analysis;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>What the votes allow to be said, and no more.</summary>
public static class ResultWords
{
    /// <summary>The sentence over the results.</summary>
    public static string Sentence(ReviewResults results)
    {
        if (results.Votes == 0) return results.Informed > 0 ? "No blind vote yet; the informed ones are counted apart." : "No vote yet.";
        var overall = Overall(results);
        var finding = overall.Count == 1 ? OfTwo(results, overall[0]) : OfMany(results, overall);
        var voted = results.Items.Count(item => item.Votes.Any(vote => vote.Choice is not null));
        return $"{finding} {(voted < results.Review.ItemCount ? $"{Format.Count(voted)} voted on so far" : "All voted on")}, {ReviewWords.Scope(results.Review)}.";
    }

    /// <summary>The rows over all tasks together.</summary>
    public static IReadOnlyList<PairResult> Overall(ReviewResults results) =>
        results.Pairs.Any(pair => pair.Task is null) ? [.. results.Pairs.Where(pair => pair.Task is null)] : results.Pairs;

    /// <summary>Above 0: the first is preferred; below 0: the second; 0: it cannot be told yet.</summary>
    /// <param name="pair">The votes between two runs.</param>
    /// <param name="comparisons">How many such questions are asked at once (Bonferroni): a table of 40 tasks must not find winners by chance.</param>
    public static int Winner(PairResult pair, int comparisons)
    {
        if (pair.Share is not { } share) return 0;
        var (low, high) = WilsonInterval.Of(Math.Min(share * pair.Decided, pair.Decided), pair.Decided, 1 - 0.05 / comparisons);
        return low > 0.5 ? 1 : high < 0.5 ? -1 : 0;
    }

    /// <summary>"63.3 % [45.5, 78.1]".</summary>
    public static string Interval(PairResult pair) => pair.Share is { } share ? $"{Format.Share(share)} [{Percent(pair.Low)}, {Percent(pair.High)}]" : Format.Missing;

    /// <summary>A run as the results name it; the step stands with it where one run comes twice.</summary>
    public static string Name(Review review, int place)
    {
        var run = review.Runs.Single(one => one.Place == place);
        return review.Runs.Count(one => one.Name == run.Name) == 1 ? run.Name
            : review.Runs.Count(one => one.RunId == run.RunId) > 1 ? $"{run.Name} at step {Format.Count(run.Step)}" : $"{run.Name} (run {run.RunId})";
    }

    /// <summary>Krippendorff's own bounds: below 0.667 nothing should be concluded, from 0.8 on agreement is good.</summary>
    public static string Agreement(double alpha) => alpha switch
    {
        >= 0.8 => "good: reviewers mean the same by \"best\"",
        >= 0.667 => "fair: enough for tentative conclusions",
        >= 0 => "low: agree on what counts before you trust the tally",
        _ => "below chance: the reviewers judge by opposite rules",
    };

    private static string OfTwo(ReviewResults results, PairResult pair)
    {
        var (first, second) = (Quoted(Name(results.Review, pair.First)), Quoted(Name(results.Review, pair.Second)));
        var apart = $"{Plural(pair.Ties, "tie")}, {Format.Count(pair.AllBad)} all bad";
        if (pair.Decided == 0) return $"No output was preferred yet: {apart}.";
        var winner = Winner(pair, 1);
        var counts = $"{Format.Count(pair.FirstWins)} to {Format.Count(pair.SecondWins)} votes on {Plural(pair.Decided, "decided example")}";
        return winner switch
        {
            0 => $"Can't tell yet whether {first} or {second} is better: {counts}, {Interval(pair)} for {first}; {apart}.",
            > 0 => $"{first} is preferred to {second}: {counts}, {Interval(pair)}; {apart}.",
            _ => $"{second} is preferred to {first}: {Format.Count(pair.SecondWins)} to {Format.Count(pair.FirstWins)} votes on {Plural(pair.Decided, "decided example")}, {Interval(Turned(pair))}; {apart}.",
        };
    }

    private static string OfMany(ReviewResults results, IReadOnlyList<PairResult> pairs)
    {
        foreach (var run in results.Review.Runs)
        {
            var own = pairs.Where(pair => pair.First == run.Place || pair.Second == run.Place).ToList();
            if (own.All(pair => Winner(pair, pairs.Count) == (pair.First == run.Place ? 1 : -1))) return $"{Quoted(Name(results.Review, run.Place))} is preferred to each of the others.";
        }
        return "Can't tell yet: no run is preferred to each of the others.";
    }

    private static PairResult Turned(PairResult pair) => pair with
    {
        First = pair.Second,
        Second = pair.First,
        FirstWins = pair.SecondWins,
        SecondWins = pair.FirstWins,
        Share = 1 - pair.Share,
        Low = 1 - pair.High,
        High = 1 - pair.Low,
    };

    /// <summary>A name with a comma in it would fall apart in a sentence.</summary>
    private static string Quoted(string name) => name.Contains(',', StringComparison.Ordinal) ? $"\"{name}\"" : name;

    private static string Percent(double? share) => Format.Share(share).Replace(" %", "", StringComparison.Ordinal);

    private static string Plural(int count, string one) => $"{Format.Count(count)} {one}{(count == 1 ? "" : "s")}";
}
