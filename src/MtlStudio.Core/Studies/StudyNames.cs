using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>What studies of every kind are called, and their runs tagged.</summary>
internal static class StudyNames
{
    public const string TagPrefix = "study:";

    public static IEnumerable<FieldError> Check(string name, string? note)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 150) yield return new("name", "A study needs a name of at most 150 characters");
        if (note is { Length: > 20_000 }) yield return new("note", $"A note has at most 20,000 characters (you gave {note.Length:#,0})");
    }

    /// <summary>The tag that all runs of a study have.</summary>
    public static string Tag(string name)
    {
        var words = string.Concat(name.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var slug = string.Join('-', words);
        return TagPrefix + (slug.Length == 0 ? "policies" : slug[..Math.Min(slug.Length, 40)]);
    }
}
