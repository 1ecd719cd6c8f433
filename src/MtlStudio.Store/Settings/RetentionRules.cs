using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What may go when room is made. Only runs that have ended are touched, and only when someone presses for it.</summary>
[System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)]
public sealed record RetentionRules
{
    public const string Key = "retention";
    public const int MostDays = 3650;

    /// <summary>Of ended runs, every checkpoint but the newest and the best by unified score.</summary>
    public bool BeyondBestAndLast { get; init; } = true;

    /// <summary>Every checkpoint of runs that ended more than so many days ago; null: the rule is off.</summary>
    public int? CheckpointsAfterDays { get; init; }

    /// <summary>Archived runs as a whole that ended more than so many days ago; null: the rule is off.</summary>
    public int? ArchivedAfterDays { get; init; }

    /// <exception cref="InvalidInputException">Out of range.</exception>
    public void Check()
    {
        var errors = new List<FieldError>();
        Check(CheckpointsAfterDays, "checkpointsAfterDays", errors);
        Check(ArchivedAfterDays, "archivedAfterDays", errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private static void Check(int? days, string field, List<FieldError> errors)
    {
        if (days is < 0 or > MostDays) errors.Add(new(field, $"Days must be 0 to {MostDays:#,0}, or left out (you gave {days})"));
    }
}
