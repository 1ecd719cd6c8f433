using System.Globalization;
using System.Text;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Runs as a table of chosen columns, in rows, in groups, and as CSV.</summary>
internal static class RunTableRoutes
{
    private const int RowsARead = 500;

    public static void MapRunTable(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs").RequireAuthorization(StudioPolicies.Read);
        runs.MapGet("/table", TableAsync).WithSummary("A page of runs with the named columns only. columns and sort are lists with commas: fields, paths of specs, metric(task,name), test(task), delta(task), verdict(task); a - before a column of sort: the largest first.");
        runs.MapGet("/groups", GroupsAsync).WithSummary("The runs grouped by one or more columns: each group's keys, its number of runs, and mean and sample standard deviation of each column.");
        runs.MapGet("/columns", ColumnsAsync).WithSummary("The columns that there are to choose from.");
        runs.MapGet("/table.csv", CsvAsync).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("All rows of the table as CSV, in its columns and order. Scores and differences are in the metric's own unit, times UTC milliseconds, durations seconds.");
        runs.MapGet("/groups.csv", GroupsCsvAsync).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("All groups as CSV: their keys, number of runs, and mean and sample standard deviation of each column (a text where all runs share it).");
    }

    private static async Task<RunTableAnswer> TableAsync(RunTableReader table, TimeProvider clock, CancellationToken cancellation, string? filter = null, string? columns = null, string? sort = null, int skip = 0, int take = 50)
    {
        var query = Query(clock, filter, columns, sort, null) with { Skip = skip, Take = take };
        var page = await table.PageAsync(query, cancellation);
        return new([.. query.Columns.Select(ColumnView.Of)], [.. page.Items.Select(RunTableRowView.Of)], page.Total, skip, take);
    }

    private static async Task<RunGroupsAnswer> GroupsAsync(RunTableReader table, TimeProvider clock, string group, CancellationToken cancellation, string? filter = null, string? columns = null, string? sort = null, int skip = 0, int take = 50)
    {
        var query = Query(clock, filter, columns, sort, group) with { Skip = skip, Take = take };
        var page = await table.GroupsAsync(query, cancellation);
        return new([.. query.Group.Select(ColumnView.Of)], [.. query.Columns.Select(ColumnView.Of)], [.. page.Items.Select(RunGroupView.Of)], page.Total, skip, take);
    }

    private static async Task<IReadOnlyList<ColumnView>> ColumnsAsync(RunTableReader table, CancellationToken cancellation) =>
        [.. (await table.NamesAsync(cancellation)).All.Select(ColumnView.Of)];

    private static async Task<IResult> CsvAsync(RunTableReader table, TimeProvider clock, HttpContext context, CancellationToken cancellation, string? filter = null, string? columns = null, string? sort = null)
    {
        var query = Query(clock, filter, columns, sort, null) with { Take = RowsARead };
        // Of the runs as they stand now: what comes or goes while rows are read moves none from one page to another.
        var ids = await table.IdsAsync(query, int.MaxValue, cancellation);
        return Results.Stream(async stream =>
        {
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false));
            await writer.WriteAsync(RunTableCsv.Header(query.Columns));
            foreach (var part in ids.Chunk(RowsARead))
                foreach (var row in await table.RowsAsync(part, query.Columns, context.RequestAborted)) await writer.WriteAsync(RunTableCsv.Row(row));
        }, "text/csv; charset=utf-8", "runs.csv");
    }

    private static async Task<IResult> GroupsCsvAsync(RunTableReader table, TimeProvider clock, string group, CancellationToken cancellation, string? filter = null, string? columns = null, string? sort = null)
    {
        var query = Query(clock, filter, columns, sort, group) with { Take = RunTableReader.MaxTake };
        var text = new StringBuilder(RunTableCsv.Header(query.Group, query.Columns));
        for (var page = await table.GroupsAsync(query, cancellation); page.Items.Count > 0; page = await table.GroupsAsync(query, cancellation))
        {
            foreach (var one in page.Items) text.Append(RunTableCsv.Row(one));
            query = query with { Skip = query.Skip + query.Take };
            if (query.Skip >= page.Total) break;
        }
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", "groups.csv");
    }

    /// <exception cref="InvalidInputException">Every part that cannot be read.</exception>
    private static RunTableQuery Query(TimeProvider clock, string? filter, string? columns, string? sort, string? group)
    {
        var errors = new List<FieldError>();
        var expression = RunFilterParser.TryParse(filter, clock.GetUtcNow(), out var fault);
        if (fault is not null) errors.Add(new("filter", fault.ToString()));
        var query = new RunTableQuery
        {
            Filter = expression,
            Columns = columns is null ? RunTableDefaults.Columns : Columns("columns", columns, errors),
            Group = group is null ? [] : Columns("group", group, errors),
            Sort = [.. RunColumn.SplitList(sort).Select(one => RunSort.TryParse(one) ?? Refused<RunSort>("sort", one, errors)).OfType<RunSort>()],
        };
        return errors.Count > 0 ? throw new InvalidInputException(errors) : query;
    }

    private static List<RunColumn> Columns(string field, string list, List<FieldError> errors) =>
        [.. RunColumn.SplitList(list).Select(one => RunColumn.TryParse(one) ?? Refused<RunColumn>(field, one, errors)).OfType<RunColumn>().Distinct()];

    private static T? Refused<T>(string field, string given, List<FieldError> errors) where T : class
    {
        errors.Add(new(field, $"\"{given}\" can be no column: write a field, a spec's path or metric(task,name)"));
        return null;
    }
}

/// <summary>The columns where none are named.</summary>
internal static class RunTableDefaults
{
    public static IReadOnlyList<RunColumn> Columns { get; } = RunColumn.ParseList("id,name,state,policy,task,created,took,score");
}

/// <summary>Runs as comma-separated values (RFC 4180), numbers in full.</summary>
internal static class RunTableCsv
{
    public static string Header(IReadOnlyList<RunColumn> columns) => Line(columns.Select(column => column.ToString()));

    public static string Row(RunTableRow row) => Line(row.Cells.Select(Text));

    public static string Header(IReadOnlyList<RunColumn> group, IReadOnlyList<RunColumn> columns) =>
        Line([.. group.Select(column => column.ToString()), "runs", .. columns.SelectMany(column => new[] { column.ToString(), $"{column} sd" })]);

    public static string Row(RunGroup group) => Line([.. group.Keys.Select(Text), group.Count.ToString(CultureInfo.InvariantCulture),
        .. group.Summaries.SelectMany(one => new[] { Text(one.Mean is { } mean ? new(mean, null) : one.Only ?? default), Text(new(one.Deviation, null)) })]);

    private static string Text(RunCell cell) => cell.Number is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : cell.Text ?? "";

    private static string Line(IEnumerable<string> values) => string.Join(',', values.Select(Quoted)) + "\r\n";

    // A text that a spreadsheet would take for a formula is written with a space before it.
    private static string Quoted(string value)
    {
        if (value.Length > 1 && value[0] is '=' or '+' or '-' or '@' && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) value = " " + value;
        return value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}

/// <param name="Name">As lists of columns and filters call it.</param>
/// <param name="Kind">"text", "number", "time" (UTC milliseconds), "duration" (seconds), "state", "flag", "words" or "any".</param>
public sealed record ColumnView(string Name, string Title, RunValueKind Kind, string Help)
{
    internal static ColumnView Of(RunColumn column) => new(column.ToString(), RunColumnTitles.Of(column), RunFields.KindOf(column), RunColumnTitles.Help(column));
}

/// <param name="Values">A number, a text or null for each column.</param>
public sealed record RunTableRowView(long Id, string Name, RunState State, int Step, int TotalSteps, bool Archived, IReadOnlyList<string> Tags, IReadOnlyList<object?> Values)
{
    internal static RunTableRowView Of(RunTableRow row) => new(row.Id, row.Name, row.State, row.Step, row.TotalSteps, row.Archived, row.Tags, [.. row.Cells.Select(ValueOf)]);

    internal static object? ValueOf(RunCell cell) => cell.Number is { } number ? number : cell.Text;
}

public sealed record RunTableAnswer(IReadOnlyList<ColumnView> Columns, IReadOnlyList<RunTableRowView> Items, int Total, int Skip, int Take);

/// <param name="Keys">The group's value in each column that is grouped by.</param>
/// <param name="Count">Runs in it.</param>
public sealed record RunGroupView(IReadOnlyList<object?> Keys, int Count, IReadOnlyList<RunSummaryView> Values)
{
    internal static RunGroupView Of(RunGroup group) => new([.. group.Keys.Select(RunTableRowView.ValueOf)], group.Count,
        [.. group.Summaries.Select(one => new RunSummaryView(one.Count, one.Mean, one.Deviation, one.Only is { } only ? RunTableRowView.ValueOf(only) : null, one.Distinct))]);
}

/// <param name="Count">Runs with a number there.</param>
/// <param name="Deviation">Sample standard deviation; absent below two numbers.</param>
/// <param name="Only">The value that all runs of the group share; absent where they differ.</param>
/// <param name="Distinct">Different values, a missing one included.</param>
public sealed record RunSummaryView(int Count, double? Mean, double? Deviation, object? Only, int Distinct);

public sealed record RunGroupsAnswer(IReadOnlyList<ColumnView> Group, IReadOnlyList<ColumnView> Columns, IReadOnlyList<RunGroupView> Items, int Total, int Skip, int Take);
