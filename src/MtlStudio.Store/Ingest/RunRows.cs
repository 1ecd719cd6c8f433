using System.Data.Common;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Ingest;

/// <summary>Reads and writes the rows that say where a run and its series stand.</summary>
internal sealed class RunRows(DbConnection connection) : IDisposable
{
    private readonly Statement run = new(connection, "SELECT ingest_offset, ingest_seq, step FROM run WHERE id = @run", "run");

    private readonly Statement seriesOfRun = new(connection,
        "SELECT id, name, kind, wire_id, count, last_index, last_value, last_flag, last_seq FROM series WHERE run_id = @run", "run");

    private readonly Statement lastMark = new(connection, "SELECT MAX(end_offset) FROM event_mark WHERE run_id = @run", "run");

    private readonly Statement addMark = new(connection, "INSERT INTO event_mark (run_id, seq, end_offset) VALUES (@run, @seq, @offset)", "run", "seq", "offset");

    private readonly Statement addSeries = new(connection, """
        INSERT INTO series (run_id, name, unit, kind, wire_id, count, last_index, last_flag, last_seq)
        VALUES (@run, @name, @unit, @kind, @wire, 0, -1, 0, 0) RETURNING id
        """, "run", "name", "unit", "kind", "wire");

    private readonly Statement moveSeries = new(connection, "UPDATE series SET wire_id = @wire WHERE id = @id", "wire", "id");

    private readonly Statement started = new(connection, """
        UPDATE run SET attempt = @attempt, attempt_started_at = @time, attempt_start_step = @step, total_steps = @total, parameters = @parameters,
            trainable_parameters = @trainable, environment_json = @environment, outcome = NULL, failure = NULL WHERE id = @run
        """, "attempt", "time", "step", "total", "parameters", "trainable", "environment", "run");

    private readonly Statement ended = new(connection, "UPDATE run SET outcome = @outcome, failure = @failure WHERE id = @run", "outcome", "failure", "run");

    private readonly Statement rewound = new(connection, """
        UPDATE run SET attempt = @attempt, outcome = NULL, unified_score = (
            SELECT value FROM evaluation_score WHERE run_id = @run AND split = 'validation' AND task = '' AND metric = 'unified' ORDER BY step DESC LIMIT 1)
        WHERE id = @run
        """, "attempt", "run");

    private readonly Statement noDeaths = new(connection, "UPDATE run SET deaths_without_checkpoint = 0 WHERE id = @run AND deaths_without_checkpoint <> 0", "run");

    private readonly Statement unified = new(connection, "UPDATE run SET unified_score = @score WHERE id = @run", "score", "run");

    private readonly Statement advance = new(connection, """
        UPDATE run SET step = @step, ingest_offset = @offset, ingest_seq = @seq WHERE id = @run AND ingest_seq = @was
        """, "step", "offset", "seq", "run", "was");

    /// <exception cref="RunNotFoundException"/>
    public RunCursor Load(DbTransaction transaction, MetricRows metrics, SeriesWriter writer, long runId)
    {
        RunCursor cursor;
        using (var reader = run.Read(transaction, runId))
        {
            if (!reader.Read()) throw new RunNotFoundException(runId);
            cursor = new() { RunId = runId, Stored = new(reader.GetInt64(0), reader.GetInt64(1)), Step = reader.GetInt32(2) };
        }
        using (var reader = seriesOfRun.Read(transaction, runId))
            while (reader.Read())
                Know(cursor, new()
                {
                    Id = reader.GetInt64(0),
                    Name = reader.GetString(1),
                    Kind = (SeriesIndex)reader.GetInt32(2),
                    WireId = reader.GetInt32(3),
                    Count = reader.GetInt64(4),
                    LastIndex = reader.GetInt64(5),
                    LastValue = NonFinites.Decode(reader.IsDBNull(6) ? null : reader.GetDouble(6), (NonFinite)reader.GetInt32(7)),
                    LastSeq = reader.GetInt64(8),
                });
        foreach (var series in cursor.ByWireId.Values) writer.LoadOpen(transaction, series);
        ReadTicks(transaction, metrics, cursor);
        cursor.LastMark = (long?)lastMark.Scalar(transaction, runId) ?? 0;
        return cursor;
    }

    public static void ReadTicks(DbTransaction transaction, MetricRows metrics, RunCursor cursor)
    {
        foreach (var kind in new[] { SeriesIndex.Step, SeriesIndex.Count })
        {
            var last = metrics.LastTick(transaction, cursor.RunId, kind);
            cursor.LastTick[(int)kind] = last?.Index ?? -1;
            if (kind == SeriesIndex.Step) (cursor.Examples, cursor.Tokens) = (last?.Examples, last?.Tokens);
        }
    }

    /// <summary>Makes a declared series known; null, or why it cannot be.</summary>
    public string? Declare(DbTransaction transaction, RunCursor cursor, SeriesDeclaration declared)
    {
        var kind = declared.Index == "count" ? SeriesIndex.Count : SeriesIndex.Step;
        if (cursor.ByWireId.TryGetValue(declared.Id, out var known))
            return known.Name == declared.Name ? null : $"series id {declared.Id} is \"{known.Name}\" and cannot become \"{declared.Name}\"";
        if (cursor.ByName.TryGetValue(declared.Name, out known))
        {
            moveSeries.Run(transaction, declared.Id, known.Id);
            cursor.ByWireId.Remove(known.WireId);
            known.WireId = declared.Id;
        }
        else
        {
            var id = (long)addSeries.Scalar(transaction, cursor.RunId, declared.Name, declared.Unit, (int)kind, declared.Id)!;
            known = new() { Id = id, Name = declared.Name, Kind = kind, WireId = declared.Id };
        }
        Know(cursor, known);
        return null;
    }

    public void Started(DbTransaction transaction, long runId, StartedEvent value, string environment) => started.Run(transaction,
        value.Attempt, value.Time, value.Step, value.TotalSteps, value.Parameters, value.TrainableParameters, environment, runId);

    public void Ended(DbTransaction transaction, long runId, EndedEvent value) =>
        ended.Run(transaction, value.Outcome, value.Outcome == "failed" ? value.Message : null, runId);

    public void Rewound(DbTransaction transaction, long runId, int attempt) => rewound.Run(transaction, attempt, runId);

    public void NewCheckpoint(DbTransaction transaction, long runId) => noDeaths.Run(transaction, runId);

    public void Unified(DbTransaction transaction, long runId, double? score) => unified.Run(transaction, score, runId);

    public void AddMark(DbTransaction transaction, long runId, IngestPosition at) => addMark.Run(transaction, runId, at.Seq, at.Offset);

    /// <summary>Moves the run's position on; false where another writer has moved it meanwhile.</summary>
    public bool Advance(DbTransaction transaction, RunCursor cursor, IngestPosition to) =>
        advance.Run(transaction, cursor.Step, to.Offset, to.Seq, cursor.RunId, cursor.Stored.Seq) == 1;

    public void Dispose()
    {
        foreach (var statement in new[] { run, seriesOfRun, lastMark, addMark, addSeries, moveSeries, started, ended, rewound, noDeaths, unified, advance })
            statement.Dispose();
    }

    private static void Know(RunCursor cursor, SeriesState series)
    {
        cursor.ByWireId[series.WireId] = series;
        cursor.ByName[series.Name] = series;
    }
}
