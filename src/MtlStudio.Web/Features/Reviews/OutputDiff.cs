using MtlStudio.Core.Analysis;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>The outputs of one item in parts, marked where their words differ.</summary>
public static class OutputDiff
{
    /// <summary>What the address says to mark nothing.</summary>
    public const string None = "none";

    /// <summary>Longer texts are not compared by word.</summary>
    public const int MaxLength = 20_000;

    /// <summary>Which output the others are compared with; null: none. Unless someone chose, outputs are marked where the first two share at least half of their words:
    /// marks all over texts that have nothing in common only hinder reading.</summary>
    /// <param name="wanted">A letter, <see cref="None"/>, or null where nobody chose.</param>
    /// <param name="texts">The outputs as shown.</param>
    public static int? Base(string? wanted, IReadOnlyList<string> texts)
    {
        if (wanted is null) return texts.Any(text => text.Length > MaxLength) || WordDiff.Distance(texts[0], texts[1]) is 0 or > 0.5 ? null : 0;
        return wanted.Length == 1 && wanted[0] - 'A' is var place && place >= 0 && place < texts.Count ? place : null;
    }

    /// <summary>One list of parts a text; parts that are not the same are marked. Of two outputs both are marked, of more all but the one they are compared with.</summary>
    public static IReadOnlyList<IReadOnlyList<DiffPart>> Of(IReadOnlyList<string> texts, int? against)
    {
        if (against is not { } start || texts.Any(text => text.Length > MaxLength)) return [.. texts.Select(Plain)];
        if (texts.Count == 2)
        {
            var (first, second) = WordDiff.Of(texts[0], texts[1]);
            return [first, second];
        }
        return [.. texts.Select((text, i) => i == start ? Plain(text) : WordDiff.Of(texts[start], text).Second)];
    }

    /// <summary>The first so many characters.</summary>
    public static IReadOnlyList<DiffPart> Clip(IReadOnlyList<DiffPart> parts, int length)
    {
        var kept = new List<DiffPart>();
        foreach (var part in parts)
        {
            if (length <= 0) break;
            // Not between the halves of a character.
            var end = part.Text.Length <= length ? part.Text.Length : char.IsHighSurrogate(part.Text[length - 1]) ? length - 1 : length;
            if (end > 0) kept.Add(part with { Text = part.Text[..end] });
            length -= part.Text.Length;
        }
        return kept;
    }

    private static IReadOnlyList<DiffPart> Plain(string text) => text.Length == 0 ? [] : [new(text, Same: true)];
}
