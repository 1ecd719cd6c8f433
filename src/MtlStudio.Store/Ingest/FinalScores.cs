using System.Data.Common;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Ingest;

/// <summary>Keeps each run's last score of every task and metric where tables of runs look for it.</summary>
internal sealed class FinalScores(DbConnection connection) : IDisposable
{
    private readonly Statement column = new(connection, """
        INSERT INTO run_value_column (source, key) VALUES (@source, @key) ON CONFLICT (source, key) DO UPDATE SET key = excluded.key RETURNING id
        """, "source", "key");

    private readonly Statement value = new(connection, """
        INSERT INTO run_value (column_id, run_id, number) VALUES (@column, @run, @number)
        ON CONFLICT (column_id, run_id) DO UPDATE SET number = excluded.number
        """, "column", "run", "number");

    private readonly Statement primary = new(connection, "SELECT name, primary_metric FROM run_task WHERE run_id = @run", "run");

    private readonly Statement clear = new(connection, """
        DELETE FROM run_value WHERE run_id = @run AND column_id IN (SELECT id FROM run_value_column WHERE source <> 0)
        """, "run");

    private readonly Statement last = new(connection, """
        SELECT s.split, s.task, s.metric, s.value FROM evaluation_score s WHERE s.run_id = @run
          AND s.seq = (SELECT MAX(o.seq) FROM evaluation_score o WHERE o.run_id = s.run_id AND o.split = s.split AND o.task = s.task AND o.metric = s.metric)
        """, "run");

    private readonly Dictionary<(RunValueSource, string), long> columns = [];

    /// <summary>Takes over the scores of an evaluation, which is later than all before it.</summary>
    public void Write(DbTransaction transaction, long run, EvaluationEvent evaluation)
    {
        if (SourceOf(evaluation.Split) is not { } source) return;
        var primaries = Primaries(transaction, run);
        foreach (var task in evaluation.Tasks)
        {
            Put(transaction, run, source, task.Task, EvaluationScore.Loss, task.Loss, primaries);
            foreach (var (metric, score) in task.Metrics) Put(transaction, run, source, task.Task, metric, score, primaries);
        }
        if (evaluation.UnifiedScore is { } unified) Put(transaction, run, source, "", EvaluationScore.Unified, unified, primaries);
    }

    /// <summary>Sets them to what the stored evaluations say: after some were taken back, or where none were kept yet.</summary>
    public void Restore(DbTransaction transaction, long run)
    {
        clear.Run(transaction, run);
        var primaries = Primaries(transaction, run);
        var scores = new List<(string Split, string Task, string Metric, double Value)>();
        using (var reader = last.Read(transaction, run))
            while (reader.Read()) scores.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? double.NaN : reader.GetDouble(3)));
        foreach (var (split, task, metric, score) in scores)
            if (SourceOf(split) is { } source) Put(transaction, run, source, task, metric, score, primaries);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { column, value, primary, clear, last }) statement.Dispose();
    }

    private void Put(DbTransaction transaction, long run, RunValueSource source, string task, string metric, double score, Dictionary<string, string> primaries)
    {
        double? number = double.IsFinite(score) ? score : null;
        value.Run(transaction, ColumnId(transaction, source, $"{task}/{metric}"), run, number);
        if (primaries.GetValueOrDefault(task) == metric) value.Run(transaction, ColumnId(transaction, source, task), run, number);
    }

    private long ColumnId(DbTransaction transaction, RunValueSource source, string key)
    {
        if (columns.TryGetValue((source, key), out var id)) return id;
        return columns[(source, key)] = (long)column.Scalar(transaction, (int)source, key)!;
    }

    private Dictionary<string, string> Primaries(DbTransaction transaction, long run)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = primary.Read(transaction, run);
        while (reader.Read()) found[reader.GetString(0)] = reader.GetString(1);
        return found;
    }

    private static RunValueSource? SourceOf(string split) => split switch { "validation" => RunValueSource.Validation, "test" => RunValueSource.Test, _ => null };
}
