namespace MtlStudio.Store;

/// <summary>How two runs fared against each other.</summary>
/// <param name="Task">Null: all tasks together.</param>
/// <param name="First">A run's place.</param>
/// <param name="Second">The other's.</param>
/// <param name="FirstWins">Votes for the first.</param>
/// <param name="AllBad">Votes that found every output bad.</param>
/// <param name="Decided">Examples with at least one vote for either. Each counts once, by the share of its votes: several reviewers of one example are no more examples.</param>
/// <param name="Share">Mean share of votes for the first over the decided examples, 0 to 1; null without any.</param>
/// <param name="Low">Lower end of its 95 % Wilson interval.</param>
/// <param name="High">Upper end.</param>
public sealed record PairResult(string? Task, int First, int Second, int FirstWins, int SecondWins, int Ties, int AllBad, int Decided, double? Share, double? Low, double? High);

/// <summary>How often the outputs of each run got a tag.</summary>
/// <param name="Outputs">From place: outputs that at least one reviewer gave it.</param>
public sealed record TagResult(string Tag, IReadOnlyList<int> Outputs);

/// <param name="Items">Items that both have voted on.</param>
/// <param name="Same">Share of equal choices, 0 to 1.</param>
/// <param name="Kappa">Cohen's; null where undefined.</param>
public sealed record ReviewerPair(string First, string Second, int Items, double Same, double? Kappa);

/// <summary>How far reviewers agree on the choice (which run, tie, all bad).</summary>
/// <param name="Items">Items with at least two votes.</param>
/// <param name="Alpha">Krippendorff's, nominal; null where undefined.</param>
/// <param name="Fleiss">Fleiss' kappa over the items that every reviewer voted on, with three reviewers or more; null where undefined.</param>
public sealed record ReviewAgreement(int Items, double? Alpha, double? Fleiss, IReadOnlyList<ReviewerPair> Pairs);

/// <param name="Votes">Choices that count.</param>
/// <param name="Informed">Choices made after names and scores had been seen.</param>
/// <param name="PeekedAt">When the results of the blind review were looked at before its end.</param>
public sealed record ReviewerResult(string Name, int Votes, int Informed, DateTimeOffset? PeekedAt);

/// <summary>One item with what was said of it.</summary>
public sealed record ItemResult(int Number, string Task, int Example, double? Measure, IReadOnlyList<ReviewVote> Votes);

/// <summary>What a review has found so far.</summary>
public sealed record ReviewResults
{
    public required Review Review { get; init; }
    /// <summary>Items with at least one vote that counts.</summary>
    public required int Settled { get; init; }
    /// <summary>Votes that count.</summary>
    public required int Votes { get; init; }
    /// <summary>Votes of a blind review given after names and scores had been seen; they count only where asked for.</summary>
    public required int Informed { get; init; }
    /// <summary>All tasks together first, where there are several; pairs in the runs' order.</summary>
    public required IReadOnlyList<PairResult> Pairs { get; init; }
    public required IReadOnlyList<TagResult> Tags { get; init; }
    /// <summary>How often the chosen output stood at A, B, C, D: a habit of choosing the first would show here.</summary>
    public required IReadOnlyList<int> Positions { get; init; }
    public required IReadOnlyList<ReviewerResult> Reviewers { get; init; }
    public required ReviewAgreement Agreement { get; init; }
    /// <summary>(runs): Bradley-Terry log strengths with mean 0 over all votes, with three runs or more; null where the votes determine none.</summary>
    public required IReadOnlyList<double>? Strengths { get; init; }
    /// <summary>The items that were voted on, in their order.</summary>
    public required IReadOnlyList<ItemResult> Items { get; init; }
}
