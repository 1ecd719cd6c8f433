using System.Text.Json.Serialization;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Reviews;

/// <summary>Who speaks.</summary>
/// <param name="Reviewer">1 to 60 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewerBody(string? Reviewer);

/// <param name="Name">1 to 200 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewEdit(string? Name);

/// <summary>One reviewer's word on one item; what is left out stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VoteBody
{
    public const string Tie = "tie", AllBad = "allBad";

    /// <summary>1 to 60 characters.</summary>
    public string? Reviewer { get; init; }
    /// <summary>A, B, C or D (the output that is best), "tie" or "allBad".</summary>
    public string? Choice { get; init; }
    /// <summary>All tags, by output: <c>{"A": ["wrong fact"]}</c>.</summary>
    public IReadOnlyDictionary<string, string[]>? Tags { get; init; }
    public string? Note { get; init; }
    /// <summary>The version of the vote that was seen (0: none).</summary>
    public int? Seen { get; init; }

    /// <summary>In terms of runs and not of positions.</summary>
    /// <exception cref="InvalidInputException">A position that is not there.</exception>
    internal VoteEdit For(ReviewItem item)
    {
        var errors = new List<FieldError>();
        var letters = item.Order.Select((_, position) => ReviewWords.Letter(position)).ToList();
        var tags = new Dictionary<int, string[]>();
        foreach (var (letter, values) in Tags ?? new Dictionary<string, string[]>())
            if (letters.IndexOf(letter) is >= 0 and var at) tags[item.Order[at] - '0'] = values ?? [];
            else errors.Add(new("tags", $"There is no output {letter}: this item has {string.Join(", ", letters)}"));
        VoteChoice? choice = Choice switch
        {
            null => null,
            Tie => VoteChoice.Tie,
            AllBad => VoteChoice.AllBad,
            _ => VoteChoice.Best,
        };
        if (choice == VoteChoice.Best && !letters.Contains(Choice!))
            errors.Add(new("choice", $"Choice must be {string.Join(", ", letters)}, {Tie} or {AllBad} (you gave \"{Choice}\")"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return new() { Choice = choice, Place = choice == VoteChoice.Best ? item.Order[letters.IndexOf(Choice!)] - '0' : null, Tags = Tags is null ? null : tags, Note = Note, Seen = Seen };
    }
}
