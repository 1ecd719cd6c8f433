using System.Data.Common;
using System.Globalization;
using System.Text;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Builds a statement over the run <c>r</c>: joins what its columns need, and keeps every value a parameter.</summary>
internal sealed class RunSql(DateTimeOffset now)
{
    private const long DayMilliseconds = 86_400_000;

    private readonly StringBuilder joins = new();
    private readonly List<object> parameters = [];
    private readonly Dictionary<RunColumn, string> joined = [];

    /// <summary>The tables, to stand behind FROM.</summary>
    public string From => $"run r{joins}";

    public DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        Add("@now", now.ToUnixTimeMilliseconds());
        for (var i = 0; i < parameters.Count; i++) Add(Name(i), parameters[i]);
        return command;

        void Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>A column's number and text; "NULL" for the one that it never has.</summary>
    public (string Number, string Text) Value(RunColumn column)
    {
        if (column.Kind == RunColumnKind.Field)
        {
            var field = RunFields.Find(column.Name)!;
            return field.Kind is RunValueKind.Text or RunValueKind.State or RunValueKind.Words ? ("NULL", field.Sql) : (field.Sql, "NULL");
        }
        var row = Join(column);
        if (column.Kind == RunColumnKind.Verdict) return ("NULL", $"{row}.verdict");
        if (column.Kind == RunColumnKind.Delta) return ($"{row}.delta", "NULL");
        return ($"{row}.number", column.Kind == RunColumnKind.Spec ? $"{row}.text" : "NULL");
    }

    /// <summary>A column's number and text as runs are grouped by them.</summary>
    public (string Number, string Text) Key(RunColumn column)
    {
        var (number, text) = Value(column);
        return RunFields.KindOf(column) == RunValueKind.Time ? ($"({number}) / {DayMilliseconds} * {DayMilliseconds}", text) : (number, text);
    }

    public string Order(RunSort sort)
    {
        var (number, text) = Value(sort.Column);
        var way = sort.Descending ? " DESC" : "";
        var parts = new List<string>();
        if (!IsAlways(sort.Column)) parts.Add(number == "NULL" ? $"({text}) IS NULL" : text == "NULL" ? $"({number}) IS NULL" : $"(({number}) IS NULL AND ({text}) IS NULL)");
        if (number != "NULL") parts.Add($"{number}{way}");
        if (text != "NULL") parts.Add($"lower({text}){way}");
        return string.Join(", ", parts);
    }

    /// <summary>True exactly for the runs with that key.</summary>
    public string Is(RunColumn column, RunCell key)
    {
        var (number, text) = Key(column);
        var parts = new List<string>();
        if (number != "NULL") parts.Add(key.Number is { } value ? $"({number}) = {Parameter(value)}" : $"({number}) IS NULL");
        if (text != "NULL") parts.Add(key.Text is { } word ? $"({text}) = {Parameter(word)}" : $"({text}) IS NULL");
        return string.Join(" AND ", parts);
    }

    /// <summary>A condition that is true or false, never NULL: what is missing meets no comparison, and so meets the comparison's contrary.</summary>
    public string Where(FilterNode? filter) => filter switch
    {
        null => "1 = 1",
        AllOf all => Joined(all.Parts, " AND "),
        AnyOf any => Joined(any.Parts, " OR "),
        NotOf not => $"NOT {Where(not.Part)}",
        HasText has => Text(has.Text),
        IsMissing missing => Missing(missing.Column),
        OneOf one => $"({string.Join(" OR ", one.Values.Select(value => Compare(one.Column, FilterOperator.Equal, value)))})",
        Compared { Operator: FilterOperator.NotEqual } compared => $"NOT {Compare(compared.Column, FilterOperator.Equal, compared.Value)}",
        Compared { Operator: FilterOperator.ContainsNot } compared => $"NOT {Compare(compared.Column, FilterOperator.Contains, compared.Value)}",
        Compared compared => Compare(compared.Column, compared.Operator, compared.Value),
        _ => throw new ArgumentException($"{filter.GetType().Name} is no part of a filter", nameof(filter)),
    };

    private string Joined(IReadOnlyList<FilterNode> parts, string word) => $"({string.Join(word, parts.Select(Where))})";

    private string Text(string text)
    {
        var like = Contains(text);
        return $"(r.name LIKE {like} ESCAPE '\\' OR COALESCE(r.note LIKE {like} ESCAPE '\\', 0) OR EXISTS (SELECT 1 FROM run_tag w WHERE w.run_id = r.id AND w.tag LIKE {like} ESCAPE '\\'))";
    }

    private string Missing(RunColumn column)
    {
        if (IsAlways(column)) return "1 = 0";
        if (Words(column) is { } words) return $"NOT EXISTS ({words})";
        var (number, text) = Value(column);
        return (number, text) switch
        {
            ("NULL", _) => $"(({text}) IS NULL)",
            (_, "NULL") => $"(({number}) IS NULL)",
            _ => $"({number} IS NULL AND {text} IS NULL)",
        };
    }

    private string Compare(RunColumn column, FilterOperator which, FilterValue value)
    {
        if (Words(column) is { } words) return $"EXISTS ({words} AND {Like("w.word", which, value.Text)})";
        var (number, text) = Value(column);
        var condition = RunFields.KindOf(column) switch
        {
            RunValueKind.State => $"{text} = {Parameter(FilterValues.StateOf(value)!.Value.ToString())}",
            RunValueKind.Flag => $"{number} = {Parameter(value.Truth!.Value ? 1 : 0)}",
            RunValueKind.Time => $"{number} {FilterOperators.Sign(which)} {Parameter(value.Moment(now)!.Value.ToUnixTimeMilliseconds())}",
            RunValueKind.Duration => $"{number} {FilterOperators.Sign(which)} {Parameter(value.Seconds!.Value)}",
            RunValueKind.Number => $"{number} {FilterOperators.Sign(which)} {Parameter(value.Number!.Value)}",
            RunValueKind.Any when FilterOperators.IsOrder(which) => $"{number} {FilterOperators.Sign(which)} {Parameter(value.Number!.Value)}",
            // A number is found as a number, however it is written; the text of one is what the table shows.
            RunValueKind.Any when which == FilterOperator.Equal && value.Number is { } given => $"({number} = {Parameter(given)} OR {Like(text, which, value.Text)})",
            _ => Like(text, which, value.Text),
        };
        return IsAlways(column) ? $"({condition})" : $"COALESCE(({condition}), 0)";
    }

    /// <summary>The words of a run that has several, one a row.</summary>
    private static string? Words(RunColumn column) => column is { Kind: RunColumnKind.Field, Name: "tag" } ? "SELECT 1 FROM (SELECT run_id, tag AS word FROM run_tag) w WHERE w.run_id = r.id"
        : column is { Kind: RunColumnKind.Field, Name: "task" } ? "SELECT 1 FROM (SELECT run_id, name AS word FROM run_task) w WHERE w.run_id = r.id" : null;

    private string Like(string text, FilterOperator which, string value) =>
        $"{text} LIKE {(which == FilterOperator.Contains ? Contains(value) : Parameter(Escape(value)))} ESCAPE '\\'";

    private string Contains(string text) => Parameter($"%{Escape(text)}%");

    /// <summary>LIKE, whose letters have no case in SQLite, made to mean the text itself.</summary>
    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private string Join(RunColumn column)
    {
        var isDelta = column.Kind is RunColumnKind.Delta or RunColumnKind.Verdict;
        if (isDelta) column = column with { Kind = RunColumnKind.Delta };
        if (joined.TryGetValue(column, out var row)) return row;
        row = joined[column] = string.Create(CultureInfo.InvariantCulture, $"v{joined.Count}");
        if (isDelta)
        {
            joins.Append(CultureInfo.InvariantCulture, $" LEFT JOIN run_delta {row} ON {row}.run_id = r.id AND {row}.task = {Parameter(column.Name)} AND {row}.reference = {Parameter(column.Metric ?? RunDelta.Baseline)}");
            return row;
        }
        var source = column.Kind switch { RunColumnKind.Spec => RunValueSource.Spec, RunColumnKind.Test => RunValueSource.Test, _ => RunValueSource.Validation };
        var key = column.Kind == RunColumnKind.Spec || column.Metric is null ? column.Name : $"{column.Name}/{column.Metric}";
        joins.Append(CultureInfo.InvariantCulture, $" LEFT JOIN run_value {row} ON {row}.run_id = r.id AND {row}.column_id = (SELECT id FROM run_value_column WHERE source = {(int)source} AND key = {Parameter(key)})");
        return row;
    }

    private string Parameter(object value)
    {
        parameters.Add(value);
        return Name(parameters.Count - 1);
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");

    private static bool IsAlways(RunColumn column) => column.Kind == RunColumnKind.Field && RunFields.Find(column.Name)!.Always;
}
