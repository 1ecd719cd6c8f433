using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>How a review's examples are chosen among those that all its runs answered.</summary>
public enum ReviewFilter
{
    /// <summary>Drawn by the seed: speaks for the task.</summary>
    Random,
    /// <summary>Those whose outputs share the fewest words.</summary>
    Changed,
    /// <summary>Those with the worst mean score.</summary>
    Worst,
    /// <summary>Those whose scores differ most.</summary>
    Disagreeing,
    /// <summary>Those of which the token limit cut an output.</summary>
    Cut,
    /// <summary>Named one by one.</summary>
    Chosen,
}

/// <summary>What a reviewer says of one item; null in a row means: not yet.</summary>
public enum VoteChoice
{
    /// <summary>One output is the best.</summary>
    Best,
    Tie,
    AllBad,
}

/// <summary>A queue of examples whose outputs by 2 to 4 runs are judged side by side. Examples and outputs are copies, fixed when it is made.</summary>
public sealed class Review
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>Names, scores and references are hidden until the reviewer has voted.</summary>
    public bool Blind { get; set; }
    public string Split { get; set; } = "";
    public ReviewFilter Filter { get; set; }
    /// <summary>The slice of the data that its examples are of, in words ("label = bad"); null: the whole split.</summary>
    public string? Slice { get; set; }
    public long Seed { get; set; }
    /// <summary>Examples of the slice that every run answered, before the filter.</summary>
    public int Available { get; set; }
    public int ItemCount { get; set; }
    /// <summary>A JSON array of the tags that reviewers are offered.</summary>
    public string TagsJson { get; set; } = "[]";
    public List<ReviewRun> Runs { get; set; } = [];

    public IReadOnlyList<string> ReadTags() => ReviewJson.Read<string[]>(TagsJson);
}

/// <summary>One of the runs that a review compares, as it was then.</summary>
public sealed class ReviewRun
{
    public long ReviewId { get; set; }
    /// <summary>0 to 3: what votes and outputs refer to.</summary>
    public int Place { get; set; }
    /// <summary>The run may be deleted since.</summary>
    public long RunId { get; set; }
    public string Name { get; set; } = "";
    public int Step { get; set; }
}

/// <summary>One example of a review.</summary>
public sealed class ReviewItem
{
    public long Id { get; set; }
    public long ReviewId { get; set; }
    /// <summary>1 and up, in the queue's order.</summary>
    public int Number { get; set; }
    public string Task { get; set; } = "";
    /// <summary>Row number in its split, from 0.</summary>
    public int Example { get; set; }
    public string Input { get; set; } = "";
    /// <summary>A JSON array of texts.</summary>
    public string ReferencesJson { get; set; } = "[]";
    /// <summary>Which run stands at A, B, C, D: the places as digits, "201".</summary>
    public string Order { get; set; } = "";
    /// <summary>The filter's own measure (mean word distance, mean score, difference of scores), or null.</summary>
    public double? Measure { get; set; }
    public List<ReviewOutput> Outputs { get; set; } = [];

    public IReadOnlyList<string> ReadReferences() => ReviewJson.Read<string[]>(ReferencesJson);

    /// <summary>The outputs as they are shown: A, B, C, D.</summary>
    public IReadOnlyList<ReviewOutput> Shown() => [.. Order.Select(digit => Outputs.Single(output => output.Place == digit - '0'))];

    /// <summary>Where a run's output is shown, from 0.</summary>
    public int PositionOf(int place) => Order.IndexOf((char)('0' + place), StringComparison.Ordinal);
}

/// <summary>What one run answered to one item.</summary>
public sealed class ReviewOutput
{
    public long ItemId { get; set; }
    public int Place { get; set; }
    public string Text { get; set; } = "";
    /// <summary>True where the token limit ended it.</summary>
    public bool Cut { get; set; }
    /// <summary>How it was decoded, as "greedy, at most 64 tokens".</summary>
    public string Decoding { get; set; } = "";
    /// <summary>The prompt where it differs from the item's input, or null.</summary>
    public string? Prompt { get; set; }
    /// <summary>Mean of −ln p of the reference's tokens (nats), or null.</summary>
    public double? Loss { get; set; }
    /// <summary>A JSON object from metric to score.</summary>
    public string ScoresJson { get; set; } = "{}";

    public IReadOnlyDictionary<string, double> ReadScores() => ReviewJson.Read<Dictionary<string, double>>(ScoresJson);
}

/// <summary>What one reviewer says of one item; the last word counts.</summary>
public sealed class ReviewVote
{
    public long Id { get; set; }
    public long ReviewId { get; set; }
    public long ItemId { get; set; }
    public string Reviewer { get; set; } = "";
    /// <summary>Null while only tags, a note or the reveal are there.</summary>
    public VoteChoice? Choice { get; set; }
    /// <summary>The place of the chosen run, with <see cref="VoteChoice.Best"/>.</summary>
    public int? Place { get; set; }
    /// <summary>A JSON object from place to a list of tags.</summary>
    public string TagsJson { get; set; } = "{}";
    public string Note { get; set; } = "";
    /// <summary>True where names, scores and reference were seen before this choice.</summary>
    public bool Informed { get; set; }
    /// <summary>True where the reviewer asked to see them before any vote.</summary>
    public bool Revealed { get; set; }
    public DateTimeOffset Time { get; set; }
    /// <summary>Rises with each change, so that a second tab can tell.</summary>
    public int Version { get; set; }

    public IReadOnlyDictionary<int, string[]> ReadTags() => ReviewJson.Read<Dictionary<int, string[]>>(TagsJson);
}

/// <summary>One change of a vote, so that it can be undone.</summary>
public sealed class ReviewVoteChange
{
    public long Id { get; set; }
    public long ReviewId { get; set; }
    public long ItemId { get; set; }
    public string Reviewer { get; set; } = "";
    public DateTimeOffset Time { get; set; }
    /// <summary>The vote before, as JSON; null where there was none.</summary>
    public string? BeforeJson { get; set; }
    public bool Undone { get; set; }
}

/// <summary>Someone who takes part in a review.</summary>
public sealed class Reviewer
{
    public long ReviewId { get; set; }
    public string Name { get; set; } = "";
    public DateTimeOffset JoinedAt { get; set; }
    /// <summary>When the reviewer looked at the results of a blind review before being through, or null.</summary>
    public DateTimeOffset? PeekedAt { get; set; }
}

internal static class ReviewModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Review>(review =>
        {
            review.HasMany(r => r.Runs).WithOne().HasForeignKey(r => r.ReviewId);
            review.Property(r => r.Filter).HasConversion<string>().HasMaxLength(16);
            review.HasIndex(r => r.CreatedAt);
        });
        model.Entity<ReviewRun>(run =>
        {
            run.HasKey(r => new { r.ReviewId, r.Place });
            run.HasIndex(r => r.RunId);
        });
        model.Entity<ReviewItem>(item =>
        {
            item.HasOne<Review>().WithMany().HasForeignKey(i => i.ReviewId);
            item.HasMany(i => i.Outputs).WithOne().HasForeignKey(o => o.ItemId);
            item.HasIndex(i => new { i.ReviewId, i.Number }).IsUnique();
        });
        model.Entity<ReviewOutput>().HasKey(o => new { o.ItemId, o.Place });
        model.Entity<ReviewVote>(vote =>
        {
            vote.HasOne<Review>().WithMany().HasForeignKey(v => v.ReviewId);
            vote.HasOne<ReviewItem>().WithMany().HasForeignKey(v => v.ItemId);
            vote.Property(v => v.Choice).HasConversion<string>().HasMaxLength(16);
            vote.HasIndex(v => new { v.ItemId, v.Reviewer }).IsUnique();
            vote.HasIndex(v => new { v.ReviewId, v.Reviewer });
        });
        model.Entity<ReviewVoteChange>(change =>
        {
            change.HasOne<Review>().WithMany().HasForeignKey(c => c.ReviewId);
            change.HasIndex(c => new { c.ReviewId, c.Reviewer, c.Undone });
        });
        model.Entity<Reviewer>(reviewer =>
        {
            reviewer.HasKey(r => new { r.ReviewId, r.Name });
            reviewer.HasOne<Review>().WithMany().HasForeignKey(r => r.ReviewId);
        });
    }
}
