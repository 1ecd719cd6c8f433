using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Words with a tag each (BIO and the like), or texts with marked spans.</summary>
internal static partial class TaggingForm
{
    public static FormDraft? Try(Table table) => Tokens(table) ?? Spans(table);

    private const string Why = "what is found counts as a whole: where it begins, where it ends and what it is";

    private static FormDraft? Tokens(Table table)
    {
        var lists = table.Columns.Where(column => column.Nature is ColumnNature.TextList or ColumnNature.List).ToList();
        foreach (var tags in lists.Where(column => NameHints.IsTags(column.Name)))
            foreach (var tokens in lists.Where(column => column != tags && column.Nature == ColumnNature.TextList))
            {
                var cells = table.Cells(tokens, tags).Take(100).ToList();
                if (cells.Count == 0 || !cells.TrueForAll(pair => ColumnProfile.Items(pair[0]).Count == ColumnProfile.Items(pair[1]).Count)) continue;
                tokens.Become(ColumnRole.Tokens, "tokens", "a list of words");
                tags.Become(ColumnRole.Tags, "tags", "as many tags as there are words");
                return new FormDraft(TaskForm.Tagging, Confidence.Sure, [$"{tags.As} has one tag for each word of {tokens.As} in every row looked at"])
                {
                    Kind = "token-tagging", Name = "tagging",
                    Prompt = tokens.Slot, Answer = tags.AnswerSlot,
                    Metrics = ["entity-f1", "tag-accuracy"], MetricReason = Why,
                };
            }
        return null;
    }

    private static FormDraft? Spans(Table table)
    {
        foreach (var records in table.Of(ColumnNature.Records))
        {
            var cells = table.Cells(records).Take(50).ToList();
            if (cells.Count == 0 || cells.Count(cell => Span().IsMatch(cell[0].Text!)) * 2 < cells.Count) continue;
            if (table.Texts.MaxBy(column => column.Profile.MeanLength) is not { } text) return null;
            text.Become(ColumnRole.Text, "text", "the text that the spans lie in");
            records.Become(ColumnRole.Tags, "spans", "records with the place of a span");
            return new FormDraft(TaskForm.Tagging, Confidence.Likely, [$"{records.As} holds records with places in {text.As}"])
            {
                Kind = "token-tagging", Name = "spans",
                Prompt = text.Slot, Answer = records.AnswerSlot,
                Metrics = ["entity-f1", "tag-accuracy"], MetricReason = Why,
            };
        }
        return null;
    }

    [GeneratedRegex("\"(start|end|startIndex|endIndex|start_char|end_char|offset)\":")]
    private static partial Regex Span();
}
