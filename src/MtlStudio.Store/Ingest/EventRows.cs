using System.Data.Common;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Ingest;

/// <summary>Writes the rows of the events that have rows of their own: tasks, scores (also of single examples), samples, checkpoints, log lines and alarms.</summary>
internal sealed class EventRows(DbConnection connection) : IDisposable
{
    private readonly Statement task = new(connection, """
        INSERT INTO run_task (run_id, name, color_index, train_examples, validation_examples, test_examples, dropped, planned_share, primary_metric, higher_is_better)
        VALUES (@run, @name, @color, @train, @validation, @test, @dropped, @share, @metric, @higher)
        ON CONFLICT (run_id, name) DO UPDATE SET train_examples = excluded.train_examples, validation_examples = excluded.validation_examples,
            test_examples = excluded.test_examples, dropped = excluded.dropped, planned_share = excluded.planned_share,
            primary_metric = excluded.primary_metric, higher_is_better = excluded.higher_is_better
        """, "run", "name", "color", "train", "validation", "test", "dropped", "share", "metric", "higher");

    private readonly Statement score = new(connection, """
        INSERT INTO evaluation_score (run_id, seq, time, step, split, task, metric, value, flag, examples)
        VALUES (@run, @seq, @time, @step, @split, @task, @metric, @value, @flag, @examples)
        """, "run", "seq", "time", "step", "split", "task", "metric", "value", "flag", "examples");

    private readonly Statement sample = new(connection, """
        INSERT INTO sample (run_id, seq, step, split, task, example, input, references_json, output, cut, loss, scores_json)
        VALUES (@run, @seq, @step, @split, @task, @example, @input, @references, @output, @cut, @loss, @scores)
        """, "run", "seq", "step", "split", "task", "example", "input", "references", "output", "cut", "loss", "scores");

    private readonly Statement examples = new(connection, """
        INSERT INTO example_scores (run_id, seq, step, split, task, examples, data) VALUES (@run, @seq, @step, @split, @task, @examples, @data)
        """, "run", "seq", "step", "split", "task", "examples", "data");

    private readonly Statement checkpoint = new(connection, """
        INSERT INTO checkpoint (run_id, seq, time, step, path, bytes, keeps, pause_seconds)
        VALUES (@run, @seq, @time, @step, @path, @bytes, @keeps, @pause)
        ON CONFLICT (run_id, path) DO UPDATE SET bytes = excluded.bytes, keeps = excluded.keeps
        """, "run", "seq", "time", "step", "path", "bytes", "keeps", "pause");

    private readonly Statement removeCheckpoint = new(connection, "DELETE FROM checkpoint WHERE run_id = @run AND path = @path", "run", "path");

    private readonly Statement log = new(connection, "INSERT INTO log_line (run_id, seq, time, level, message) VALUES (@run, @seq, @time, @level, @message)",
        "run", "seq", "time", "level", "message");

    private readonly Statement alarm = new(connection, """
        INSERT INTO alarm (run_id, seq, time, step, kind, task, message) VALUES (@run, @seq, @time, @step, @kind, @task, @message)
        """, "run", "seq", "time", "step", "kind", "task", "message");

    private readonly Statement[] takeBack =
    [
        new(connection, "DELETE FROM evaluation_score WHERE run_id = @run AND seq > @seq", "run", "seq"),
        new(connection, "DELETE FROM sample WHERE run_id = @run AND seq > @seq", "run", "seq"),
        new(connection, "DELETE FROM example_scores WHERE run_id = @run AND seq > @seq", "run", "seq"),
        new(connection, "DELETE FROM alarm WHERE run_id = @run AND seq > @seq", "run", "seq"),
        // The checkpoint that is resumed from stands, though the event that told of it came after what it holds.
        new(connection, "DELETE FROM checkpoint WHERE run_id = @run AND seq > @seq AND step > @step", "run", "seq", "step"),
    ];

    public void Tasks(DbTransaction transaction, long run, IReadOnlyList<StartedTask> tasks)
    {
        for (var i = 0; i < tasks.Count; i++)
            task.Run(transaction, run, tasks[i].Name, i, tasks[i].TrainExamples, tasks[i].ValidationExamples, tasks[i].TestExamples,
                tasks[i].Dropped, Finite(tasks[i].PlannedShare) ?? 0, tasks[i].PrimaryMetric, tasks[i].HigherIsBetter);
    }

    public void Scores(DbTransaction transaction, long run, EvaluationEvent value)
    {
        foreach (var scores in value.Tasks)
        {
            Score(transaction, run, value, scores.Task, EvaluationScore.Loss, scores.Loss, scores.Examples);
            foreach (var (metric, number) in scores.Metrics) Score(transaction, run, value, scores.Task, metric, number, scores.Examples);
        }
        if (value.UnifiedScore is { } unified)
            Score(transaction, run, value, "", EvaluationScore.Unified, unified, value.Tasks.Sum(scores => scores.Examples));
    }

    public void Sample(DbTransaction transaction, long run, SampleEvent value) => sample.Run(transaction,
        run, value.Seq, value.Step, value.Split, value.Task, value.Example, value.Input, JsonSerializer.Serialize(value.References, WireJson.Compact),
        value.Output, value.Cut, Finite(value.Loss), JsonSerializer.Serialize(value.Scores, WireJson.Compact));

    /// <summary>Null, or why it says nothing.</summary>
    public string? Examples(DbTransaction transaction, long run, ExampleScoresEvent value)
    {
        if (value.Fault() is { } fault) return fault;
        examples.Run(transaction, run, value.Seq, value.Step, value.Split, value.Task, value.Examples.Count, ExampleScores.Pack(value));
        return null;
    }

    public void Checkpoint(DbTransaction transaction, long run, CheckpointEvent value)
    {
        if (value.Removed) removeCheckpoint.Run(transaction, run, value.Path);
        else checkpoint.Run(transaction, run, value.Seq, value.Time, value.Step, value.Path, value.Bytes, string.Join(' ', value.Keeps), Finite(value.PauseSeconds) ?? 0);
    }

    public void Log(DbTransaction transaction, long run, long seq, long time, string level, string message) => log.Run(transaction, run, seq, time, level, message);

    public void Alarm(DbTransaction transaction, long run, AlarmEvent value) =>
        alarm.Run(transaction, run, value.Seq, value.Time, value.Step, value.Kind, value.Task, value.Message);

    /// <summary>Deletes what came after an event; log lines stay, for they tell what happened.</summary>
    public void TakeBack(DbTransaction transaction, long run, long seq, int step)
    {
        foreach (var statement in takeBack[..^1]) statement.Run(transaction, run, seq);
        takeBack[^1].Run(transaction, run, seq, step);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { task, score, sample, examples, checkpoint, removeCheckpoint, log, alarm }.Concat(takeBack)) statement.Dispose();
    }

    private void Score(DbTransaction transaction, long run, EvaluationEvent at, string taskName, string metric, double value, int examples) => score.Run(transaction,
        run, at.Seq, at.Time, at.Step, at.Split, taskName, metric, Finite(value), (int)NonFinites.Of(value), examples);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
