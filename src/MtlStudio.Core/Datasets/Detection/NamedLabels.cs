using System.Globalization;
using MtlStudio.Core.Datasets.Detection.Forms;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Gives numbered labels the words of a list of names that lies beside the data (labels.txt, classes.json): line by line, from 0 or from 1.</summary>
internal static class NamedLabels
{
    /// <summary>The draft with the names for words, in answer and prompt; as it is where they do not fit.</summary>
    /// <param name="names">In the order of the numbers.</param>
    public static FormDraft Apply(FormDraft draft, IReadOnlyList<string> names)
    {
        if (FirstOf(draft, names) is not { } first) return draft;
        var words = names.Select((name, place) => KeyValuePair.Create((place + first).ToString(CultureInfo.InvariantCulture), name)).ToDictionary();
        string[] shown = draft.Kind == "multi-label" ? [] : [.. draft.Label!.Profile.Frequent().Select(value => value.Value)];
        var (numbers, named) = (LabelForm.Choices(shown), LabelForm.Choices([.. shown.Select(label => words[label])]));
        return draft with
        {
            LabelWords = words,
            LabelNames = names,
            Prompt = numbers.Length > 0 ? draft.Prompt.Replace(numbers, named, StringComparison.Ordinal) : draft.Prompt,
            Reasons = [.. draft.Reasons, $"its labels are numbers of a list of {names.Count} names beside it, counted from {first}: these are its label words"],
        };
    }

    /// <summary>The number of the list's first name; null where the list does not fit, or where it cannot be told from what it counts.</summary>
    private static int? FirstOf(FormDraft draft, IReadOnlyList<string> names)
    {
        var several = draft.Kind == "multi-label";
        if (draft.Label is not { } label || (label.Profile.DistinctCapped && !several)) return null;
        var numbers = new HashSet<int>();
        foreach (var value in label.Profile.Frequent().SelectMany(value => several ? value.Value.Split(',', StringSplitOptions.TrimEntries) : [value.Value]))
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == value) numbers.Add(number);
            else return null;
        if (numbers.Count == 0 || 2 * numbers.Count < names.Count) return null;
        return (numbers.Min(), numbers.Max() - names.Count) switch
        {
            (0, < 0) => 0,
            ( > 0, 0) => 1,
            _ => null,
        };
    }
}
