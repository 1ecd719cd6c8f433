using System.Globalization;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>A text, or two, and a label.</summary>
internal static class LabelForm
{
    /// <summary>Labels that fit into a prompt.</summary>
    private const int Listed = 6;
    private const int ListedCharacters = 70;
    /// <summary>Share of the commonest label from which accuracy says little.</summary>
    private const double Imbalanced = 0.75;

    /// <summary>Where a column's name says that it is the label.</summary>
    public static FormDraft? TryNamed(Table table) =>
        table.IsNamed && table.Of(ColumnNature.Category).FirstOrDefault(column => NameHints.IsLabel(column.Name)) is { } label ? Make(table, label, Confidence.Sure) : null;

    /// <summary>Where few values come again and again beside a text.</summary>
    public static FormDraft? TryAny(Table table)
    {
        var label = table.Of(ColumnNature.Category)
            .OrderByDescending(column => table.IsNamed && (NameHints.IsWeakLabel(column.Name) || NameHints.IsTarget(column.Name)))
            .ThenBy(column => column.Profile.Distinct).FirstOrDefault();
        return label is null ? null : Make(table, label, !table.IsNamed || NameHints.IsWeakLabel(label.Name) ? Confidence.Likely : Confidence.Guess);
    }

    private static FormDraft? Make(Table table, Column label, Confidence confidence)
    {
        var pair = Pair(table);
        var (title, text) = pair is null ? Single(table, label) : default;
        if (pair is null && text is null) return null;
        label.Become(ColumnRole.Label, "label", $"{label.Profile.Distinct} values that come again and again");
        if (pair is (var first, var second))
        {
            var premise = NameHints.Key(first.Name) == "premise" || label.Profile.Frequent().Any(value => value.Value == "entailment");
            first.Become(ColumnRole.Text, premise ? "premise" : "text1", "the first of two texts");
            second.Become(ColumnRole.SecondText, premise ? "hypothesis" : "text2", "the second of two texts");
            return Scored(table, label, new FormDraft(TaskForm.PairClassification, confidence, [$"{label.As} has {label.Profile.Distinct} values and says what holds between {first.As} and {second.As}"])
            {
                Kind = "classification", Name = premise ? "inference" : "pairs",
                Prompt = $"{(premise ? "Premise" : "First")}: {first.Slot}\n{(premise ? "Hypothesis" : "Second")}: {second.Slot}\n{Cue(premise ? "Relation" : Words(table, label), label)}:", Answer = $" {label.AnswerSlot}",
            });
        }
        text!.Become(ColumnRole.Text, "text", "the text that is labelled");
        title?.Become(ColumnRole.Text, "title", "its title");
        return Scored(table, label, new FormDraft(TaskForm.Classification, confidence, [$"{label.As} has {label.Profile.Distinct} values that come again and again, beside {(title is null ? "" : $"{title.As} and ")}{text.As}"])
        {
            Kind = "classification", Name = "classification",
            // A prompt that is too long is cut from its left: what is short stands at its end.
            Prompt = $"{text.Slot}\n{(title is null ? "" : $"Title: {title.Slot}\n")}{Cue(Words(table, label), label)}:", Answer = $" {label.AnswerSlot}",
        });
    }

    /// <summary>Adds what every classification has: metrics by the balance of its labels.</summary>
    public static FormDraft Scored(Table table, Column label, FormDraft draft)
    {
        var most = label.Profile.Frequent().First();
        var share = (double)most.Rows / label.Profile.Filled;
        var imbalanced = share >= Imbalanced;
        return draft with
        {
            Label = label,
            Metrics = imbalanced ? ["f1-macro", "accuracy"] : ["accuracy", "f1-macro"],
            MetricReason = imbalanced
                ? string.Create(CultureInfo.InvariantCulture, $"{share:P0} of the rows are \"{most.Value}\": always saying that would look good by accuracy, so F1 over the labels stands first")
                : "labels are about balanced enough for accuracy; F1 over the labels beside it",
        };
    }

    /// <summary>What stands before the label; with the labels, where they are few.</summary>
    private static string Cue(string name, Column label) => name + Choices([.. label.Profile.Frequent().Select(value => value.Value)]);

    /// <summary>" (bad, fair or good)", or nothing where there are many.</summary>
    public static string Choices(IReadOnlyList<string> labels)
    {
        var values = labels.Order(StringComparer.Ordinal).ToList();
        return values.Count is > 0 and <= Listed && values.Sum(value => value.Length) <= ListedCharacters ? $" ({string.Join(", ", values[..^1])} or {values[^1]})" : "";
    }

    /// <summary>"issue_area" becomes "Issue area".</summary>
    private static string Words(Table table, Column label)
    {
        var name = table.IsNamed ? label.As : "label";
        var words = name[(name.LastIndexOf('.') + 1)..].Replace('_', ' ').Replace('-', ' ').Trim();
        return words.Length == 0 ? "Label" : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static (Column First, Column Second)? Pair(Table table)
    {
        var texts = table.Of(ColumnNature.Text).ToList();
        if (!table.IsNamed)
            return texts is [var one, var two] && Math.Max(one.Profile.MeanLength, two.Profile.MeanLength) < 2.5 * Math.Min(one.Profile.MeanLength, two.Profile.MeanLength) ? (one, two) : null;
        foreach (var first in texts)
        {
            var partner = PartnerOf(NameHints.Key(first.Name));
            if (partner is not null && texts.Find(column => NameHints.Key(column.Name) == partner) is { } second) return (first, second);
        }
        return null;
    }

    private static string? PartnerOf(string name) => name switch
    {
        "premise" => "hypothesis",
        "texta" => "textb",
        "sentencea" => "sentenceb",
        "query" => "passage",
        _ when name.EndsWith('1') => name[..^1] + "2",
        _ => null,
    };

    private static (Column? Title, Column? Text) Single(Table table, Column label)
    {
        var texts = table.Texts.Where(column => column != label).ToList();
        if (texts.Count == 0) return default;
        var longest = texts.MaxBy(column => column.Profile.MeanLength)!;
        if (!table.IsNamed) return (null, longest);
        var title = texts.Find(column => NameHints.IsTitle(column.Name));
        var text = texts.Find(column => column != title && NameHints.IsText(column.Name)) ?? (longest == title ? texts.Find(column => column != title) : longest);
        return text is null ? (null, title) : (title, text);
    }
}
