using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>
/// Deletes runs, in two steps: first a run is marked, and nothing shows it any more; then, when nobody can want it back, its rows go, in small transactions, so that live runs are
/// not held up: samples, scores and log lines first, then the run itself with a note of its metric rows, which may be millions, then those. What a crash leaves goes at the next start.
/// </summary>
public sealed class RunRemoval(StoreWriter writer, IDbContextFactory<StudioContext> contexts, IStoreEngine engine, RunIngest ingest, TimeProvider clock)
{
    /// <summary>Rows that a first transaction takes; the next ones take as many as go in <see cref="StepLength.Wanted"/>.</summary>
    private const int FirstRows = 1_000, FirstLargeRows = 50, TransactionsASettling = 20;

    /// <summary>Tables of the run's own that may be long; the row with the scores of a task's examples may hold a megabyte.</summary>
    private static readonly (string Table, int First)[] Long = [("example_scores", 1), ("sample", FirstLargeRows), ("log_line", FirstRows), ("evaluation_score", FirstRows), ("alarm", FirstRows)];

    /// <summary>Takes the run out of all lists; <see cref="RestoreAsync"/> brings it back as it was.</summary>
    /// <exception cref="RunNotFoundException"/>
    /// <exception cref="RunStateException">The run has a trainer: stop it first.</exception>
    public Task MarkAsync(long id, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var run = await RunStore.FindAsync(context, id);
        Refuse(run);
        run.DeletedAt = clock.GetUtcNow();
    }, cancellation);

    /// <summary>Brings a marked run back; one that is not marked stays as it is.</summary>
    /// <exception cref="RunNotFoundException">Its rows are gone.</exception>
    public Task<Run> RestoreAsync(long id, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var run = await context.Runs.IgnoreQueryFilters().SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) ?? throw new RunNotFoundException(id);
        run.DeletedAt = null;
        return run;
    }, cancellation);

    /// <summary>The marked runs, the first marked first.</summary>
    public async Task<IReadOnlyList<(long Id, DateTimeOffset At)>> MarkedAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var marked = await context.Runs.IgnoreQueryFilters().Where(run => run.DeletedAt != null).OrderBy(run => run.DeletedAt)
            .Select(run => new { run.Id, At = run.DeletedAt!.Value }).ToListAsync(cancellation);
        return [.. marked.Select(run => (run.Id, run.At))];
    }

    /// <summary>Deletes the run's rows, marked before or not; its folder is the caller's to delete.</summary>
    /// <exception cref="RunNotFoundException"/>
    /// <exception cref="RunStateException">The run has a trainer: stop it first.</exception>
    public async Task DeleteAsync(long id, CancellationToken cancellation = default)
    {
        await writer.WriteAsync(async context =>
        {
            var run = await context.Runs.IgnoreQueryFilters().SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) ?? throw new RunNotFoundException(id);
            Refuse(run);
            // Nobody is to see it lose one table after the other.
            run.DeletedAt ??= clock.GetUtcNow();
        }, cancellation);
        using (var steps = new SmallSteps(writer, engine, clock))
            foreach (var (table, first) in Long) await steps.RepeatAsync(first, (connection, transaction, rows) => DeleteRows(connection, transaction, table, id, rows), cancellation);
        await writer.WriteAsync(async context =>
        {
            var run = await context.Runs.IgnoreQueryFilters().SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) ?? throw new RunNotFoundException(id);
            Refuse(run);
            // One statement: a run may have hundreds of series, and all who write wait for it.
            await context.Database.ExecuteSqlAsync($"INSERT INTO purge (run_id, series_id) SELECT run_id, id FROM series WHERE run_id = {id} UNION ALL SELECT {id}, NULL", CancellationToken.None);
            context.Runs.Remove(run);
            ingest.Forget(id);
        }, cancellation);
        await PurgeAsync(cancellation);
    }

    private static void Refuse(Run run)
    {
        if (RunTransitions.IsActive(run.State))
            throw new RunStateException(run.Id, run.State, $"Run {run.Id} is {RunStateException.Word(run.State)}: stop it before you delete it");
    }

    /// <summary>Deletes the metric rows that deleted runs left.</summary>
    internal async Task PurgeAsync(CancellationToken cancellation = default)
    {
        List<Purge> due;
        await using (var context = await contexts.CreateDbContextAsync(cancellation)) due = await context.Purges.AsNoTracking().ToListAsync(cancellation);
        if (due.Count == 0) return;
        using var steps = new SmallSteps(writer, engine, clock);
        var rows = FirstRows;
        foreach (var purge in due) rows = await steps.RepeatAsync(rows, (connection, transaction, most) => DeleteMetrics(connection, transaction, purge, most), cancellation);
    }

    /// <summary>The note goes with the last row: where it comes back after a loss of power, there is only less to do.</summary>
    private static bool DeleteMetrics(DbConnection connection, DbTransaction transaction, Purge purge, int rows)
    {
        var more = purge.SeriesId is { } series
            ? MetricRows.DeleteSome(connection, transaction, series, rows)
            : MetricRows.DeleteTicks(connection, transaction, purge.RunId, rows);
        if (more) return true;
        using var note = new Statement(connection, "DELETE FROM purge WHERE id = @id", "id");
        note.Run(transaction, purge.Id);
        return false;
    }

    private static bool DeleteRows(DbConnection connection, DbTransaction transaction, string table, long run, int rows)
    {
        using var some = new Statement(connection, $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE run_id = @run LIMIT @rows)", "run", "rows");
        return some.Run(transaction, run, rows) > 0;
    }

    /// <summary>One connection that removes much in small transactions, each in a turn of its own among the writers.</summary>
    private sealed class SmallSteps(StoreWriter writer, IStoreEngine engine, TimeProvider clock) : IDisposable
    {
        private readonly DbConnection connection = engine.OpenRemoval();
        private int done;

        /// <summary>Repeats <paramref name="some"/> until it says that nothing is left.</summary>
        /// <param name="rows">That it takes at most, the first time.</param>
        /// <returns>The rows that the last one was given: what is alike may begin with them.</returns>
        public async Task<int> RepeatAsync(int rows, Func<DbConnection, DbTransaction, int, bool> some, CancellationToken cancellation)
        {
            for (var more = true; more;)
            {
                using (await writer.EnterAsync(cancellation))
                {
                    var began = clock.GetTimestamp();
                    using (var transaction = connection.BeginTransaction())
                    {
                        more = some(connection, transaction, rows);
                        transaction.Commit();
                    }
                    // A last step, which found little, says nothing of how long many rows take.
                    if (more) rows = StepLength.Next(rows, clock.GetElapsedTime(began));
                }
                if (++done % TransactionsASettling == 0) engine.Settle(connection);
            }
            return rows;
        }

        public void Dispose()
        {
            engine.Settle(connection);
            connection.Dispose();
        }
    }
}
