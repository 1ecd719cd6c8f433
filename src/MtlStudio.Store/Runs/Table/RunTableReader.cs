using System.Data.Common;
using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Pages and groups of runs by any column; filtered, sorted and cut by the database.</summary>
public sealed class RunTableReader(IStoreEngine engine, TimeProvider clock)
{
    /// <summary>Largest page.</summary>
    public const int MaxTake = 1000;
    /// <summary>Columns shown, sorted or grouped by at once.</summary>
    public const int MaxColumns = 100;

    /// <summary>One page of runs.</summary>
    /// <exception cref="InvalidInputException">A page out of range, too many columns, or a filter that names what no run has.</exception>
    public Task<Page<RunTableRow>> PageAsync(RunTableQuery query, CancellationToken cancellation = default) => Task.Run(() =>
    {
        Check(query);
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        FilterNames.Check(query, connection, transaction);
        var ids = Ids(connection, transaction, query, query.Skip, query.Take);
        return new Page<RunTableRow>(Rows(connection, transaction, ids, query.Columns), Count(connection, transaction, query));
    }, cancellation);

    /// <summary>The numbers of the matching runs in the order of the table, at most <paramref name="most"/>.</summary>
    /// <exception cref="InvalidInputException">As <see cref="PageAsync"/>.</exception>
    public Task<IReadOnlyList<long>> IdsAsync(RunTableQuery query, int most, CancellationToken cancellation = default) => Task.Run<IReadOnlyList<long>>(() =>
    {
        Check(query);
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        FilterNames.Check(query, connection, transaction);
        return Ids(connection, transaction, query, 0, most);
    }, cancellation);

    /// <summary>
    /// One page of the groups of the matching runs, in the order of <see cref="RunTableQuery.Sort"/>: a column that is grouped by sorts by its
    /// key, another by its mean; groups that are alike in all, the larger first.
    /// </summary>
    /// <exception cref="InvalidInputException">As <see cref="PageAsync"/>; or no column is grouped by.</exception>
    public Task<Page<RunGroup>> GroupsAsync(RunTableQuery query, CancellationToken cancellation = default) => Task.Run(() =>
    {
        Check(query);
        if (query.Group.Count == 0) throw new InvalidInputException("group", "Name at least one column to group by");
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        FilterNames.Check(query, connection, transaction);
        var extra = query.Sort.Select(sort => sort.Column).Where(column => !query.Columns.Contains(column) && !query.Group.Contains(column)).Distinct().ToList();
        var columns = query.Columns.Concat(extra).ToList();
        var sql = new RunSql(clock.GetUtcNow());
        var selected = query.Group.Select(sql.Key).Concat(columns.Select(sql.Value)).ToList();
        var where = Where(sql, query);
        var groups = new RunGrouping(query.Group.Count, columns.Count);
        using (var command = sql.Command(connection, $"SELECT {string.Join(", ", selected.Select(value => $"{value.Number}, {value.Text}"))} FROM {sql.From} WHERE {where}"))
        {
            command.Transaction = transaction;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                groups.Add([.. Enumerable.Range(0, selected.Count).Select(i => Cell(reader, 2 * i))]);
            }
        }
        var sorted = groups.Sorted(query.Sort.Select(sort => (query.Group.Contains(sort.Column) ? IndexOf(query.Group, sort.Column) : -1, columns.IndexOf(sort.Column), sort.Descending)));
        return new Page<RunGroup>([.. sorted.Skip(query.Skip).Take(query.Take).Select(group => group with { Summaries = [.. group.Summaries.Take(query.Columns.Count)] })], sorted.Count);
    }, cancellation);

    /// <summary>The runs of those numbers in that order; those that are gone are left out.</summary>
    /// <param name="ids">At most <see cref="MaxTake"/>.</param>
    public Task<IReadOnlyList<RunTableRow>> RowsAsync(IReadOnlyList<long> ids, IReadOnlyList<RunColumn> columns, CancellationToken cancellation = default) => Task.Run<IReadOnlyList<RunTableRow>>(() =>
    {
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        return Rows(connection, transaction, ids, columns);
    }, cancellation);

    /// <summary>What columns there are to choose from.</summary>
    public Task<RunColumnNames> NamesAsync(CancellationToken cancellation = default) => Task.Run(() =>
    {
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        return RunColumnNames.Read(connection, transaction);
    }, cancellation);

    /// <summary>The series that any of the runs has points of, by name.</summary>
    public Task<IReadOnlyList<string>> SeriesNamesAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default) => Task.Run<IReadOnlyList<string>>(() =>
    {
        if (ids.Count == 0) return [];
        using var connection = engine.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT DISTINCT name FROM series WHERE count > 0 AND run_id IN ({string.Join(",", ids)}) ORDER BY name";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }, cancellation);

    /// <summary>Values that runs have in a column, the most frequent first.</summary>
    /// <param name="start">Only those that hold this text, whatever the case of its letters.</param>
    public Task<IReadOnlyList<string>> ValuesAsync(RunColumn column, string start = "", int most = 20, CancellationToken cancellation = default) => Task.Run<IReadOnlyList<string>>(() =>
    {
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        var sql = new RunSql(clock.GetUtcNow());
        var (value, from) = column is { Kind: RunColumnKind.Field, Name: "tag" } ? ("w.tag", "run r JOIN run_tag w ON w.run_id = r.id")
            : column is { Kind: RunColumnKind.Field, Name: "task" } ? ("w.name", "run r JOIN run_task w ON w.run_id = r.id")
            : sql.Value(column) is var (number, text) && text == "NULL" ? (number, "") : number == "NULL" ? (text, "") : ($"COALESCE({text}, {number})", "");
        if (from.Length == 0) from = sql.From;
        using var command = sql.Command(connection, $"SELECT {value} AS found, COUNT(*) FROM {from} WHERE r.deleted_at IS NULL AND {value} IS NOT NULL GROUP BY found ORDER BY COUNT(*) DESC, found");
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (values.Count < most && reader.Read())
        {
            var word = reader.GetValue(0) switch { double real => real.ToString("R", CultureInfo.InvariantCulture), var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "" };
            if (column is { Kind: RunColumnKind.Field, Name: "state" }) word = word.ToLowerInvariant();
            if (word.Contains(start, StringComparison.OrdinalIgnoreCase)) values.Add(word);
        }
        return values;
    }, cancellation);

    private static void Check(RunTableQuery query)
    {
        var errors = new List<FieldError>();
        if (query.Skip < 0) errors.Add(new("skip", $"Skip must be at least 0 (you gave {query.Skip})"));
        if (query.Take is < 1 or > MaxTake) errors.Add(new("take", $"Take must be from 1 to {MaxTake} (you gave {query.Take})"));
        if (query.Columns.Count + query.Sort.Count + query.Group.Count > MaxColumns) errors.Add(new("columns", $"At most {MaxColumns} columns are shown, sorted and grouped by at once"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private static string Where(RunSql sql, RunTableQuery query)
    {
        var parts = new List<string> { "r.deleted_at IS NULL" };
        if (query.Filter?.Columns.Any(column => column is { Kind: RunColumnKind.Field, Name: "archived" }) != true) parts.Add("r.archived = 0");
        parts.Add(sql.Where(query.Filter));
        if (query.Within is { } keys) parts.AddRange(query.Group.Zip(keys, sql.Is));
        return string.Join(" AND ", parts);
    }

    private List<long> Ids(DbConnection connection, DbTransaction transaction, RunTableQuery query, int skip, int take)
    {
        var sql = new RunSql(clock.GetUtcNow());
        var where = Where(sql, query);
        var order = string.Concat(query.Sort.Select(sort => sql.Order(sort) + ", "));
        using var command = sql.Command(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT r.id FROM {sql.From} WHERE {where} ORDER BY {order}r.id DESC LIMIT {take} OFFSET {skip}"));
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        var ids = new List<long>();
        while (reader.Read()) ids.Add(reader.GetInt64(0));
        return ids;
    }

    private int Count(DbConnection connection, DbTransaction transaction, RunTableQuery query)
    {
        var sql = new RunSql(clock.GetUtcNow());
        var where = Where(sql, query);
        using var command = sql.Command(connection, $"SELECT COUNT(*) FROM {sql.From} WHERE {where}");
        command.Transaction = transaction;
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private List<RunTableRow> Rows(DbConnection connection, DbTransaction transaction, IReadOnlyList<long> ids, IReadOnlyList<RunColumn> columns)
    {
        if (ids.Count == 0) return [];
        var list = string.Join(",", ids);
        var (tags, tasks) = (Words("SELECT run_id, tag FROM run_tag WHERE run_id IN ({0}) ORDER BY run_id, tag"), Words("SELECT run_id, name FROM run_task WHERE run_id IN ({0}) ORDER BY run_id, color_index"));
        var sql = new RunSql(clock.GetUtcNow());
        var values = string.Concat(columns.Select(column => sql.Value(column) is var (number, text) ? $", {number}, {text}" : ""));
        using var command = sql.Command(connection, $"SELECT r.id, r.name, r.state, r.step, r.total_steps, r.archived, r.state_reason, r.failure, r.note{values} FROM {sql.From} WHERE r.id IN ({list}) AND r.deleted_at IS NULL");
        command.Transaction = transaction;
        var rows = new Dictionary<long, RunTableRow>(ids.Count);
        using (var reader = command.ExecuteReader())
            while (reader.Read())
            {
                var id = reader.GetInt64(0);
                rows[id] = new(id, reader.GetString(1), Enum.Parse<RunState>(reader.GetString(2)), reader.GetInt32(3), reader.GetInt32(4), reader.GetBoolean(5),
                    [.. Enumerable.Range(0, columns.Count).Select(i => Cell(reader, 9 + 2 * i))])
                {
                    Reason = reader.IsDBNull(6) ? null : reader.GetString(6),
                    Failure = reader.IsDBNull(7) ? null : reader.GetString(7),
                    Note = reader.IsDBNull(8) ? null : reader.GetString(8),
                    Tags = tags.GetValueOrDefault(id) ?? [],
                    Tasks = tasks.GetValueOrDefault(id) ?? [],
                };
            }
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];

        Dictionary<long, List<string>> Words(string select)
        {
            using var words = connection.CreateCommand();
            (words.CommandText, words.Transaction) = (string.Format(CultureInfo.InvariantCulture, select, list), transaction);
            using var reader = words.ExecuteReader();
            var found = new Dictionary<long, List<string>>();
            while (reader.Read())
            {
                if (!found.TryGetValue(reader.GetInt64(0), out var of)) found[reader.GetInt64(0)] = of = [];
                of.Add(reader.GetString(1));
            }
            return found;
        }
    }

    private static RunCell Cell(DbDataReader reader, int at) => new(
        reader.IsDBNull(at) ? null : Convert.ToDouble(reader.GetValue(at), CultureInfo.InvariantCulture),
        reader.IsDBNull(at + 1) ? null : reader.GetString(at + 1));

    private static int IndexOf(IReadOnlyList<RunColumn> columns, RunColumn column)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i] == column) return i;
        return -1;
    }
}
