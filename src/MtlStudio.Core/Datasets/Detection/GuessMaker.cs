using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Makes the guess of what was read.</summary>
internal static class GuessMaker
{
    private const int ShownValues = 3;

    /// <param name="labelNames">Names that number its labels; null, or where they do not fit: none.</param>
    public static DatasetGuess Make(ReadGroup group, IReadOnlyList<string>? labelNames = null)
    {
        var table = new Table(group.Columns, group.Held, group.IsNamed);
        var draft = Companions.Of(group, table) ?? FormGuess.Of(table);
        if (labelNames is { Count: > 0 }) draft = NamedLabels.Apply(draft, labelNames);
        var label = draft.Kind is "classification" or "multiple-choice" ? draft.Label : null;
        var split = SplitGuess.Of(group, label?.As);
        var task = draft.Kind is null ? null : Task(draft);
        var faults = new List<DataFault>(draft.Form is TaskForm.LabelNames or TaskForm.Document ? [] : group.Faults);
        faults.AddRange(draft.Warnings.Select(warning => new DataFault(FaultSeverity.Warning, null, null, warning)));
        var rows = Rows(group, table);
        IReadOnlyList<RenderedExample> examples = task is null ? [] : Render(task, rows, faults);
        if (task is not null && examples.Count > 0 && draft.Kind == "generation") task = task with { MaxNewTokens = AnswerLengths.MaxNewTokens(examples) };
        var name = GuessNames.Of(group.Files, draft.Name);
        return new DatasetGuess
        {
            Name = name,
            Form = draft.Form,
            Confidence = draft.Confidence,
            Reasons = draft.Reasons,
            Files = [.. group.Files.Select((file, i) => File(group, file, split.Splits[i]))],
            Columns = [.. table.Columns.Select(Describe)],
            Import = Import(group, table, split) with { Name = name },
            SplitReason = task is null ? null : split.Reason,
            Task = task is null ? null : task with { Name = name },
            MetricReason = draft.MetricReason,
            Labels = label is null || draft.Kind != "classification" ? [] : [.. label.Profile.Frequent().Take(DetectionLimits.Labels)],
            MaxLength = examples.Count == 0 ? null : AnswerLengths.MaxLength(examples),
            Example = examples.Count == 0 ? null : examples[0],
            Sample = [.. rows.Take(DetectionLimits.SampleRows)],
            Later = draft.Later,
            LabelNames = draft.LabelNames,
            Faults = faults,
            BadRows = group.BadRows,
        };
    }

    private static TaskSpec Task(FormDraft draft) => new()
    {
        Kind = draft.Kind!,
        Template = new() { Prompt = draft.Prompt, Answer = draft.Answer, LabelWords = draft.LabelWords },
        Choices = draft.Choices,
        AnswerIs = draft.AnswerIs,
        Minimum = draft.Minimum,
        Maximum = draft.Maximum,
        Metrics = draft.Metrics,
        PrimaryMetric = draft.Metrics[0],
    };

    /// <summary>The held rows, as an import with the guessed names would give them.</summary>
    private static List<Row> Rows(ReadGroup group, Table table)
    {
        var columns = new ColumnSet(table.Columns.Select(column => column.As));
        return group.Held.ConvertAll(row => new Row(columns, table.Columns.Select(column => row.TryGet(column.Name, out var cell) ? cell : default).ToArray()));
    }

    private static IReadOnlyList<RenderedExample> Render(TaskSpec task, List<Row> rows, List<DataFault> faults)
    {
        try
        {
            var template = TaskTemplate.Of(task);
            return rows.ConvertAll(row => template.Render(row));
        }
        catch (InvalidInputException fault)
        {
            faults.AddRange(fault.Errors.Select(error => new DataFault(FaultSeverity.Error, null, null, error.ToString())));
            return [];
        }
    }

    private static FileGuess File(ReadGroup group, NamedFile file, string? split)
    {
        var read = group.Read.Find(one => one.File == file);
        return new FileGuess(file.Index, file.Name, split, System.IO.File.Exists(file.File.Path) ? new FileInfo(file.File.Path).Length : 0, read?.Rows ?? 0, read?.IsWhole ?? false, read?.Format);
    }

    private static ImportOptions Import(ReadGroup group, Table table, SplitGuess split)
    {
        var positional = !group.IsNamed && group.Read.Exists(file => file.Format.IsDelimited);
        return new ImportOptions
        {
            Read = positional ? group.Options with { ColumnNames = [.. table.Columns.Select(column => column.As)] } : group.Options,
            Rename = positional ? new Dictionary<string, string>()
                : table.Columns.Where(column => column.As != column.Name).ToDictionary(column => column.Name, column => column.As),
            Split = split.Rule,
        };
    }

    private static ColumnGuess Describe(Column column)
    {
        var (role, reason) = column.Role is { } found ? (found, column.Reason) : column.Nature switch
        {
            ColumnNature.Empty => (ColumnRole.Empty, "no row has a value"),
            ColumnNature.Id => (ColumnRole.Id, "every row has another value"),
            ColumnNature.Constant => (ColumnRole.Other, "the same in every row, or nearly"),
            _ => (ColumnRole.Other, "not used"),
        };
        var profile = column.Profile;
        return new ColumnGuess(column.As, column.Name, role, reason, profile.Rows, profile.Empty, profile.Distinct, profile.DistinctCapped,
            profile.MeanLength, profile.MaxLength, [.. profile.Frequent().Take(ShownValues).Select(value => Cut(value.Value))]);
    }

    private static string Cut(string text) => text.Length <= DetectionLimits.ShownCharacters ? text : text[..DetectionLimits.ShownCharacters] + "…";
}
