using System.Data.Common;

namespace MtlStudio.Store;

/// <summary>The columns that runs have values in, beside the fields of <see cref="RunFields"/>.</summary>
/// <param name="Spec">Paths of specs, in alphabetical order.</param>
/// <param name="Metrics">Tasks with the metrics they were scored by on validation, "loss" among them.</param>
/// <param name="Tests">Likewise on test.</param>
/// <param name="Deltas">Tasks with the references they were compared with.</param>
/// <param name="Primaries">The primary metric of each task; where runs have several, the one that most have.</param>
public sealed record RunColumnNames(IReadOnlyList<string> Spec, IReadOnlyDictionary<string, IReadOnlyList<string>> Metrics, IReadOnlyDictionary<string, IReadOnlyList<string>> Tests, IReadOnlyDictionary<string, IReadOnlyList<string>> Deltas,
    IReadOnlyDictionary<string, string> Primaries)
{
    /// <summary>All columns, the primary score of each task before its others.</summary>
    public IEnumerable<RunColumn> All =>
    [
        .. RunFields.All.Select(known => new RunColumn(RunColumnKind.Field, known.Name)),
        .. Scores(RunColumnKind.Metric, Metrics),
        .. Scores(RunColumnKind.Test, Tests),
        .. Deltas.SelectMany(task => task.Value.SelectMany(reference => new[] { RunColumnKind.Delta, RunColumnKind.Verdict }
            .Select(kind => new RunColumn(kind, task.Key, reference == RunDelta.Baseline ? null : reference)))),
        .. Spec.Select(path => new RunColumn(RunColumnKind.Spec, path)),
    ];

    internal static RunColumnNames Read(DbConnection connection, DbTransaction transaction)
    {
        var spec = new SortedSet<string>(StringComparer.Ordinal);
        var scores = new Dictionary<RunValueSource, SortedDictionary<string, IReadOnlyList<string>>> { [RunValueSource.Validation] = new(StringComparer.Ordinal), [RunValueSource.Test] = new(StringComparer.Ordinal) };
        var deltas = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        using (var pairs = connection.CreateCommand())
        {
            (pairs.CommandText, pairs.Transaction) = ("SELECT DISTINCT task, reference FROM run_delta ORDER BY task, reference", transaction);
            using var found = pairs.ExecuteReader();
            while (found.Read()) deltas[found.GetString(0)] = [.. deltas.GetValueOrDefault(found.GetString(0)) ?? [], found.GetString(1)];
        }
        var primaries = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var tasks = connection.CreateCommand())
        {
            (tasks.CommandText, tasks.Transaction) = ("SELECT name, primary_metric FROM run_task GROUP BY name, primary_metric ORDER BY COUNT(*)", transaction);
            using var found = tasks.ExecuteReader();
            while (found.Read()) primaries[found.GetString(0)] = found.GetString(1);
        }
        using var command = connection.CreateCommand();
        // A column whose runs are all deleted is no choice.
        (command.CommandText, command.Transaction) = ("SELECT source, key FROM run_value_column c WHERE EXISTS (SELECT 1 FROM run_value v WHERE v.column_id = c.id) ORDER BY key", transaction);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (source, key) = ((RunValueSource)reader.GetInt32(0), reader.GetString(1));
            if (source == RunValueSource.Spec) spec.Add(key);
            else if (key.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
                scores[source][key[..slash]] = [.. scores[source].GetValueOrDefault(key[..slash]) ?? [], key[(slash + 1)..]];
        }
        return new([.. spec], scores[RunValueSource.Validation], scores[RunValueSource.Test], deltas, primaries);
    }

    private static IEnumerable<RunColumn> Scores(RunColumnKind kind, IReadOnlyDictionary<string, IReadOnlyList<string>> tasks) =>
        tasks.SelectMany(task => task.Value.Select(metric => new RunColumn(kind, task.Key, metric)).Prepend(new RunColumn(kind, task.Key)));
}
