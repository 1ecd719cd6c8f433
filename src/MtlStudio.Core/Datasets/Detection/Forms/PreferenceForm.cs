using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Two texts of which one is better: minimal pairs, chosen and rejected answers.</summary>
internal static partial class PreferenceForm
{
    private static readonly (string Better, string Worse)[] Words =
        [("good", "bad"), ("more", "less"), ("chosen", "rejected"), ("correct", "incorrect"), ("right", "wrong"), ("preferred", "dispreferred"), ("better", "worse"), ("grammatical", "ungrammatical")];

    public static FormDraft? Try(Table table)
    {
        if (!table.IsNamed) return null;
        var texts = table.Texts.ToList();
        foreach (var (better, worse) in Words)
            foreach (var one in texts.Where(column => Has(column.Name, better)))
            {
                var wanted = Replace(one.Name, better, worse);
                if (texts.Find(column => column.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is not { } other) continue;
                one.Become(ColumnRole.Text, "better", "the better one of two texts");
                other.Become(ColumnRole.SecondText, "worse", "the other one of two texts");
                return new FormDraft(TaskForm.Preference, Confidence.Sure, [$"{one.As} and {other.As} are two texts to be compared"])
                {
                    Name = "pairs",
                    Later = "Comparing two texts by their likelihood comes later; nothing in these rows is an answer that could be learnt from a text meanwhile",
                };
            }
        return null;
    }

    private static bool Has(string name, string word) => Regex.IsMatch(name, $@"(^|[_\- ]){word}$", RegexOptions.IgnoreCase);

    private static string Replace(string name, string better, string worse) => name[..^better.Length] + worse;
}
