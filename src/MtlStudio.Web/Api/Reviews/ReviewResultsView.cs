using MtlStudio.Store;

namespace MtlStudio.Web.Api.Reviews;

/// <summary>What a review has found so far. Runs are named by their place in <c>runs</c>, from 0.</summary>
/// <param name="Scope">What it speaks for.</param>
/// <param name="Settled">Items with at least one vote that counts.</param>
/// <param name="Informed">Votes given after names and scores had been seen; they count only with <c>informed=true</c>.</param>
/// <param name="Pairs">All tasks together first (task absent), where there are several.</param>
/// <param name="Positions">How often the chosen output stood at A, B, C, D.</param>
/// <param name="Strengths">Bradley-Terry log strengths with mean 0, with three runs or more.</param>
public sealed record ReviewResultsView(
    IReadOnlyList<ReviewRunView> Runs, string Scope, int Items, int Settled, int Votes, int Informed, IReadOnlyList<PairResult> Pairs,
    IReadOnlyList<TagResult> Tags, IReadOnlyList<int> Positions, IReadOnlyList<ReviewerResultView> Reviewers, ReviewAgreement Agreement, IReadOnlyList<double>? Strengths)
{
    internal static ReviewResultsView Of(ReviewResults results) => new([.. results.Review.Runs.Select(ReviewView.Of)], ReviewWords.Scope(results.Review), results.Review.ItemCount,
        results.Settled, results.Votes, results.Informed, results.Pairs, results.Tags, results.Positions,
        [.. results.Reviewers.Select(one => new ReviewerResultView(one.Name, one.Votes, one.Informed, one.PeekedAt.Milliseconds()))], results.Agreement, results.Strengths);
}

/// <param name="PeekedAt">When the results of the blind review were looked at before its end.</param>
public sealed record ReviewerResultView(string Name, int Votes, int Informed, long? PeekedAt);
