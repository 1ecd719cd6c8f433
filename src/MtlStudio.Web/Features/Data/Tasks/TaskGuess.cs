using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Data.Tasks;

/// <summary>A first task for a dataset, by the names of its columns: something to begin from, shown and changed at once.</summary>
internal static class TaskGuess
{
    private static readonly string[] Answers = ["label", "labels", "answer", "answers", "target", "output", "response", "completion", "summary", "translation", "sentiment", "category", "class"];
    private const int FewLabels = 20;
    private const int ShortLabel = 40;

    /// <param name="statistics">Of the training split; null: not counted.</param>
    public static TaskSpec Of(string reference, IReadOnlyList<string> columns, IReadOnlyList<ColumnStatistics>? statistics)
    {
        var answer = Answers.Select(name => columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found is not null) ?? (columns.Count > 0 ? columns[^1] : "answer");
        var inputs = columns.Where(column => column != answer && !IsNumber(column)).ToList();
        var labels = statistics?.FirstOrDefault(column => column.Column == answer) is { DistinctCapped: false, Distinct: >= 2 and <= FewLabels, MaxLength: <= ShortLabel } few && few.Rows >= 5 * few.Distinct;
        return new()
        {
            Kind = labels ? "classification" : "generation",
            Data = new() { Dataset = reference },
            Template = new()
            {
                Prompt = inputs.Count == 1 ? $"{{{inputs[0]}}}\n{answer}:" : string.Concat(inputs.Select(column => $"{column}: {{{column}}}\n")) + $"{answer}:",
                Answer = $" {{{answer}}}",
            },
            MaxNewTokens = labels ? 8 : 64,
        };
    }

    /// <summary>A name that a task may have, of any text.</summary>
    public static string Name(string text)
    {
        var name = new string([.. text.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]).Trim('-', '.', '_');
        return name.Length == 0 ? "task" : name[..Math.Min(name.Length, 64)];
    }

    private static bool IsNumber(string column) => column.Equals("id", StringComparison.OrdinalIgnoreCase) || column.Equals("index", StringComparison.OrdinalIgnoreCase) || column.EndsWith("_id", StringComparison.OrdinalIgnoreCase);
}
