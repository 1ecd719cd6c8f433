using System.Data.Common;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Ingest;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>
/// Turns a run's events into rows, exactly once: the rows of a batch and the new position in events.jsonl are one transaction.
/// Flush the file to the disk before a batch of it is given here, or a loss of power could leave rows of lines that are gone.
/// </summary>
public sealed class RunIngest(StoreWriter writer, IStoreEngine engine) : IDisposable
{
    private const long BytesBetweenMarks = 1 << 16;

    private readonly Dictionary<long, RunCursor> cursors = [];
    private Session? session;

    /// <summary>Where to go on reading a run's events.jsonl.</summary>
    /// <exception cref="RunNotFoundException"/>
    public async Task<IngestPosition> PositionAsync(long runId, CancellationToken cancellation = default)
    {
        using var turn = await writer.EnterAsync(cancellation);
        return InTransaction(runId, (_, _, cursor) => cursor.Stored);
    }

    /// <summary>Writes a batch. Events that are known already (by their number) are passed over.</summary>
    /// <param name="events">In the order of the file.</param>
    /// <param name="offset">The byte after the last event's line.</param>
    /// <exception cref="RunNotFoundException">The run was deleted meanwhile.</exception>
    public async Task<IngestResult> ApplyAsync(long runId, IReadOnlyList<RunEvent> events, long offset, CancellationToken cancellation = default)
    {
        using var turn = await writer.EnterAsync(cancellation);
        return InTransaction(runId, (open, transaction, cursor) => Apply(open, transaction, cursor, events, offset));
    }

    /// <summary>Drops what is kept in memory of a run; it is read anew when needed. Call within the writer's turn.</summary>
    internal void Forget(long runId) => cursors.Remove(runId);

    public void Dispose() => session?.Dispose();

    private T InTransaction<T>(long runId, Func<Session, DbTransaction, RunCursor, T> work)
    {
        session ??= new(engine);
        try
        {
            using var transaction = session.Connection.BeginTransaction();
            if (!cursors.TryGetValue(runId, out var cursor))
                cursors[runId] = cursor = session.Runs.Load(transaction, session.Metrics, session.Series, runId);
            var result = work(session, transaction, cursor);
            transaction.Commit();
            return result;
        }
        catch
        {
            // What is in memory may be ahead of what is stored now, and the connection may be what failed (disk full, I/O error).
            cursors.Clear();
            session.Dispose();
            session = null;
            throw;
        }
    }

    private static IngestResult Apply(Session open, DbTransaction transaction, RunCursor cursor, IReadOnlyList<RunEvent> events, long offset)
    {
        var to = cursor.Stored;
        var applied = new List<RunEvent>(events.Count);
        foreach (var value in events)
        {
            if (value.Seq <= to.Seq) continue;
            to = to with { Seq = value.Seq };
            applied.Add(value);
            if (Write(open, transaction, cursor, value) is { } fault)
                open.Events.Log(transaction, cursor.RunId, value.Seq, value.Time, "warning", $"Event {value.Seq} of the trainer was left out: {fault}");
        }
        FlushSeries(open, transaction, cursor);
        to = to with { Offset = Math.Max(offset, to.Offset) };
        if (to == cursor.Stored) return new(to, applied);
        if (to.Offset - cursor.LastMark >= BytesBetweenMarks && to.Seq > cursor.Stored.Seq)
        {
            open.Runs.AddMark(transaction, cursor.RunId, to);
            cursor.LastMark = to.Offset;
        }
        if (!open.Runs.Advance(transaction, cursor, to))
            throw new InvalidOperationException($"Run {cursor.RunId} was deleted, or another process ingests its events");
        cursor.Stored = to;
        return new(to, applied);
    }

    /// <summary>Writes one event; null, or why it says nothing.</summary>
    private static string? Write(Session open, DbTransaction transaction, RunCursor cursor, RunEvent value)
    {
        var run = cursor.RunId;
        switch (value)
        {
            case PointsEvent points:
                return Collect(open, transaction, cursor, points);
            case SeriesEvent series:
                return series.Series.Select(declared => open.Runs.Declare(transaction, cursor, declared)).Where(fault => fault is not null).ToList() is { Count: > 0 } faults
                    ? string.Join("; ", faults) : null;
            case StartedEvent started:
                cursor.Step = started.Step;
                open.Runs.Started(transaction, run, started, JsonSerializer.Serialize(started.Environment, WireJson.Compact));
                open.Events.Tasks(transaction, run, started.Tasks);
                return null;
            case RewoundEvent rewound:
                FlushSeries(open, transaction, cursor);
                Rewind.Apply(open, transaction, cursor, rewound);
                return null;
            case EvaluationEvent evaluation:
                open.Events.Scores(transaction, run, evaluation);
                open.Finals.Write(transaction, run, evaluation);
                if (evaluation.Split == "validation") open.Runs.Unified(transaction, run, evaluation.UnifiedScore is { } score && double.IsFinite(score) ? score : null);
                return null;
            case SampleEvent sample:
                open.Events.Sample(transaction, run, sample);
                return null;
            case ExampleScoresEvent examples:
                return open.Events.Examples(transaction, run, examples);
            case CheckpointEvent checkpoint:
                open.Events.Checkpoint(transaction, run, checkpoint);
                if (!checkpoint.Removed) open.Runs.NewCheckpoint(transaction, run);
                return null;
            case LogEvent line:
                open.Events.Log(transaction, run, line.Seq, line.Time, line.Level, line.Message);
                return null;
            case AlarmEvent alarm:
                open.Events.Alarm(transaction, run, alarm);
                return null;
            case EndedEvent ended:
                cursor.Step = Math.Max(cursor.Step, ended.Step);
                open.Runs.Ended(transaction, run, ended);
                return null;
            default:
                return null; // a newer trainer's event: what it means is not known here
        }
    }

    /// <summary>Puts an event's values to the points of their series, to be written together at the batch's end.</summary>
    private static string? Collect(Session open, DbTransaction transaction, RunCursor cursor, PointsEvent value)
    {
        if (value.Index < 0) return $"its index {value.Index} is below 0";
        if (value.Ids.Count != value.Values.Count) return $"it has {value.Ids.Count} ids and {value.Values.Count} values";
        string? fault = null;
        long? stepLate = null, countLate = null;
        for (var i = 0; i < value.Ids.Count; i++)
        {
            if (!cursor.ByWireId.TryGetValue(value.Ids[i], out var series))
            {
                fault = $"series id {value.Ids[i]} was never declared";
                continue;
            }
            ref var late = ref series.Kind == SeriesIndex.Step ? ref stepLate : ref countLate;
            late ??= NoteTick(open, transaction, cursor, series.Kind, value);
            series.Pending.Add(new(value.Index, value.Values[i], late.Value));
            series.LastSeq = value.Seq;
            cursor.Changed.Add(series);
        }
        return fault;
    }

    /// <summary>Notes what all points at the event's index share; 0 where the event is the index's first, else its number.</summary>
    private static long NoteTick(Session open, DbTransaction transaction, RunCursor cursor, SeriesIndex kind, PointsEvent value)
    {
        var isFirst = value.Index > cursor.LastTick[(int)kind];
        Tick tick;
        if (kind == SeriesIndex.Step)
        {
            tick = new(value.Seq, value.Time, value.Examples, value.Tokens, null);
            cursor.Step = (int)Math.Max(cursor.Step, Math.Min(value.Index, int.MaxValue));
            (cursor.Examples, cursor.Tokens) = (value.Examples ?? cursor.Examples, value.Tokens ?? cursor.Tokens);
        }
        else
            tick = new(value.Seq, value.Time, cursor.Examples, cursor.Tokens, cursor.Step);
        if (!isFirst)
        {
            open.Metrics.MergeTick(transaction, cursor.RunId, kind, value.Index, tick);
            return value.Seq;
        }
        open.Writes.Tick(transaction, cursor.RunId, kind, value.Index, tick);
        cursor.LastTick[(int)kind] = value.Index;
        return 0;
    }

    private static void FlushSeries(Session open, DbTransaction transaction, RunCursor cursor)
    {
        // In the order of the table's key, so that neighbors in a page are written together.
        foreach (var series in cursor.Changed.OrderBy(series => series.Id))
        {
            open.Series.Flush(transaction, series);
            open.Writes.SeriesEnd(transaction, series);
        }
        cursor.Changed.Clear();
    }

    /// <summary>One connection and all statements prepared on it.</summary>
    internal sealed class Session : IDisposable
    {
        public Session(IStoreEngine engine)
        {
            Connection = engine.OpenIngestion();
            Metrics = new(Connection);
            Writes = engine.PrepareWrites(Connection);
            Series = new(Metrics, Writes);
            Runs = new(Connection);
            Events = new(Connection);
            Finals = new(Connection);
        }

        public DbConnection Connection { get; }
        public MetricRows Metrics { get; }
        public IMetricWrites Writes { get; }
        public SeriesWriter Series { get; }
        public RunRows Runs { get; }
        public EventRows Events { get; }
        public FinalScores Finals { get; }

        public void Dispose()
        {
            Metrics.Dispose();
            Writes.Dispose();
            Runs.Dispose();
            Events.Dispose();
            Finals.Dispose();
            Connection.Dispose();
        }
    }
}

/// <param name="Position">Where the run's file is to be read on.</param>
/// <param name="Applied">The events that were new: what the live feed gets.</param>
public sealed record IngestResult(IngestPosition Position, IReadOnlyList<RunEvent> Applied);

/// <summary>How far a run's events.jsonl is read: the byte after the last event's line, and that event's number.</summary>
public readonly record struct IngestPosition(long Offset, long Seq);
