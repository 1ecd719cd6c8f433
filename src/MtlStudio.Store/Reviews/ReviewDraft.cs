using System.Text.Json.Serialization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>One of the runs to compare.</summary>
/// <param name="Run">The run's number.</param>
/// <param name="Step">The evaluation whose outputs are read; null: the last one of the split.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewEntry(long Run, int? Step = null);

/// <summary>One example by its task and its row number in the split, from 0.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewExample(string Task, int Example);

/// <summary>A slice of the data: the rows with that value.</summary>
/// <param name="Column">A column of the task's dataset, whether the template shows it or not.</param>
/// <param name="Value">As the row has it; empty: rows without a value.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewSlice(string Column, string Value);

/// <summary>What a review is made from.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewDraft
{
    public const int MinRuns = 2, MaxRuns = 4, MaxPerTask = 1000, MaxTags = 20, MaxSlices = 5, MaxTagLength = 40, MaxNameLength = 200;

    public static IReadOnlyList<string> DefaultTags { get; } = ["wrong fact", "off topic", "repeats", "incomplete"];

    /// <summary>Null: made of the tasks and the filter, so that it names no run.</summary>
    public string? Name { get; init; }
    /// <summary>2 to 4; one run may come twice with different steps.</summary>
    public IReadOnlyList<ReviewEntry> Runs { get; init => field = value ?? []; } = [];
    /// <summary>Empty: every task that all the runs answered.</summary>
    public IReadOnlyList<string> Tasks { get; init => field = value ?? []; } = [];
    /// <summary>Only examples whose data row has all of these values; tasks whose data lacks such a column are left out.</summary>
    public IReadOnlyList<ReviewSlice> Slices { get; init => field = value ?? []; } = [];
    /// <summary>Only examples of which an output got this tag in an earlier review; null: all.</summary>
    public string? Tagged { get; init; }
    /// <summary>"test" or "validation"; null: test where every run has outputs of it.</summary>
    public string? Split { get; init; }
    public ReviewFilter Filter { get; init; }
    /// <summary>Examples a task gives at most.</summary>
    public int PerTask { get; init; } = 50;
    /// <summary>The examples, with the filter "chosen".</summary>
    public IReadOnlyList<ReviewExample> Chosen { get; init => field = value ?? []; } = [];
    public bool Blind { get; init; } = true;
    /// <summary>What the reviewers may tag outputs with.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = DefaultTags;
    /// <summary>Draws order and positions; null: one that nobody knows.</summary>
    public long? Seed { get; init; }

    /// <summary>What is wrong with it on its own, without looking at the runs.</summary>
    internal List<FieldError> Faults()
    {
        var errors = new List<FieldError>();
        if (Name is { Length: > MaxNameLength }) errors.Add(new("name", $"Name has at most {MaxNameLength} characters (you gave {Name.Length})"));
        if (Runs.Count is < MinRuns or > MaxRuns) errors.Add(new("runs", $"A review compares {MinRuns} to {MaxRuns} runs (you gave {Runs.Count})"));
        if (Split is not (null or "test" or "validation")) errors.Add(new("split", $"Split must be test or validation (you gave \"{Split}\")"));
        if (PerTask is < 1 or > MaxPerTask) errors.Add(new("perTask", $"Examples per task must be 1 to {MaxPerTask:#,0} (you gave {PerTask})"));
        if (Filter == ReviewFilter.Chosen && Chosen.Count == 0) errors.Add(new("chosen", "Name at least one example, or choose another filter"));
        if (Filter != ReviewFilter.Chosen && Chosen.Count > 0) errors.Add(new("chosen", "Examples are named with the filter \"chosen\" only"));
        if (Tags.Count > MaxTags) errors.Add(new("tags", $"A review has at most {MaxTags} tags (you gave {Tags.Count})"));
        if (Slices.Count > MaxSlices) errors.Add(new("slices", $"At most {MaxSlices} columns make a slice (you gave {Slices.Count})"));
        for (var i = 0; i < Slices.Count; i++)
            if (string.IsNullOrEmpty(Slices[i].Column)) errors.Add(new($"slices[{i}].column", "Name a column of the data"));
            else if (Slices[i].Value is null) errors.Add(new($"slices[{i}].value", "Name the value that the rows have; an empty one: rows without a value"));
        if (Tagged is { } tagged && string.IsNullOrWhiteSpace(tagged)) errors.Add(new("tagged", "Name a tag, or leave it out"));
        for (var i = 0; i < Tags.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(Tags[i])) errors.Add(new($"tags[{i}]", "A tag must not be empty"));
            else if (Tags[i].Length > MaxTagLength) errors.Add(new($"tags[{i}]", $"A tag has at most {MaxTagLength} characters (you gave {Tags[i].Length})"));
            else if (Tags.Take(i).Contains(Tags[i])) errors.Add(new($"tags[{i}]", $"The tag \"{Tags[i]}\" is named twice"));
        }
        return errors;
    }
}
