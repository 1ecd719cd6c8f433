using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Multiple choice: each choice is scored by its own text.</summary>
internal static partial class ChoiceForm
{
    private const int Most = 10;

    public static FormDraft? Try(Table table)
    {
        var choices = Choices(table);
        if (choices.Count < 2) return null;
        var answer = Answer(table, choices.Count);
        if (answer is null) return null;
        // The same question may be asked of many contexts.
        var others = table.Columns.Where(column => (column.IsTextual || (table.IsNamed && column.Nature == ColumnNature.Category)) && column != answer && !choices.Contains(column)).ToList();
        var question = others.FirstOrDefault(column => NameHints.IsQuestion(column.Name)) ?? (table.IsNamed ? null : others.LastOrDefault(column => column.Place < choices[0].Place));
        var context = others.FirstOrDefault(column => column != question && NameHints.IsContext(column.Name))
            ?? others.FirstOrDefault(column => column != question && column.IsTextual && NameHints.IsText(column.Name) && !column.Name.Contains('.'));
        if ((question ?? context) is not { } stem) return null;

        var names = Names(table, answer, choices.Count);
        context?.Become(ColumnRole.Context, "context", "what the question is about");
        question?.Become(table.IsNamed ? ColumnRole.Question : ColumnRole.Text, table.IsNamed ? "question" : "prompt", "what is asked, or begun");
        for (var i = 0; i < choices.Count; i++) choices[i].Become(ColumnRole.Choice, $"choice{i + 1}", "one of the choices");
        answer.Become(ColumnRole.Label, "answer", $"which of the {choices.Count} choices is right");
        var parts = new List<string>();
        if (context is not null) parts.Add(context.Slot);
        if (question is not null) parts.Add(question.Slot);
        return new FormDraft(TaskForm.MultipleChoice, table.IsNamed ? Confidence.Sure : Confidence.Likely,
            [$"{stem.As} with {choices.Count} choices, and {answer.As} says which is right ({string.Join(", ", names)})"])
        {
            Kind = "multiple-choice",
            Prompt = string.Join('\n', parts),
            Answer = answer.AnswerSlot,
            Choices = [.. choices.Select(choice => $" {choice.Slot}")],
            AnswerIs = Kind(answer, choices.Count) switch { 0 => "index", 1 => "number", _ => "letter" },
            Label = answer,
            Metrics = ["accuracy", "accuracy-norm"],
            MetricReason = "the likeliest choice is the answer; the second metric does not put long choices at a disadvantage",
            Name = "choice",
        };
    }

    /// <summary>The choices' columns: names that differ in a number or letter only, or texts beside one another.</summary>
    private static List<Column> Choices(Table table)
    {
        if (table.IsNamed)
            return table.Columns.Where(column => column.Nature is ColumnNature.Text or ColumnNature.Category)
                .Select(column => (Column: column, Match: Numbered().Match(column.Name))).Where(found => found.Match.Success)
                .GroupBy(found => found.Match.Groups[1].Value).Where(group => group.Count() is >= 2 and <= Most)
                .OrderByDescending(group => group.Count()).Select(group => group.Select(found => found.Column).ToList()).FirstOrDefault() ?? [];
        // Without names: at least three texts of like length one beside another, with another text before them.
        var texts = table.Texts.ToList();
        for (var start = 1; start + 2 < texts.Count; start++)
        {
            var run = texts[start..];
            var lengths = run.ConvertAll(column => column.Profile.MeanLength);
            if (run.Count <= Most && run[^1].Place - run[0].Place == run.Count - 1 && lengths.Max() < 2 * lengths.Min() && run[0].Place == texts[start - 1].Place + 1) return run;
        }
        return [];
    }

    private static Column? Answer(Table table, int choices) => table.Of(ColumnNature.Category)
        .Where(column => !Numbered().IsMatch(column.Name) && column.Profile.Distinct <= choices && Kind(column, choices) >= 0)
        .OrderByDescending(column => NameHints.IsLabel(column.Name) || NameHints.IsTarget(column.Name)).ThenByDescending(column => column.Profile.Distinct).ThenByDescending(column => column.Place).FirstOrDefault();

    /// <summary>0: counted from 0; 1: from 1; 2: letters; −1: no answer.</summary>
    private static int Kind(Column column, int choices)
    {
        var profile = column.Profile;
        if (profile.Integers == profile.Filled && profile.Greatest - profile.Least <= choices - 1)
            return profile.Least >= 0 && profile.Greatest <= choices - 1 ? 0 : profile.Least >= 1 && profile.Greatest <= choices ? 1 : -1;
        return profile.Frequent().All(value => value.Value is [>= 'A' and <= 'J'] or [>= 'a' and <= 'j'] && char.ToUpperInvariant(value.Value[0]) - 'A' < choices) ? 2 : -1;
    }

    private static List<string> Names(Table table, Column answer, int choices)
    {
        var kind = Kind(answer, choices);
        var small = kind == 2 && answer.Profile.Frequent().All(value => char.IsAsciiLetterLower(value.Value[0]));
        return [.. Enumerable.Range(0, choices).Select(i => kind == 2 ? ((char)((small ? 'a' : 'A') + i)).ToString() : (i + kind).ToString())];
    }

    /// <summary>"ans0", "choice_b", "ending2", "option_1".</summary>
    [GeneratedRegex(@"^(ans|answer|choice|option|opt|ending|alternative|candidate)[_ ]?([0-9]|[a-jA-J])$", RegexOptions.IgnoreCase)]
    private static partial Regex Numbered();
}
