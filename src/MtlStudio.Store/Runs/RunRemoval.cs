using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>
/// Deletes runs, in two steps: first a run is marked, and nothing shows it any more; then, when nobody can want it back, its rows go. A run's own rows go in one transaction; its metric rows, which may be millions, are noted in it and go in
/// small ones afterwards, so that live runs are not held up. What a crash leaves goes when the database is opened again.
/// </summary>
public sealed class RunRemoval(StoreWriter writer, IDbContextFactory<StudioContext> contexts, IStoreEngine engine, RunIngest ingest, TimeProvider clock)
{
    private const int RowsATransaction = 20_000;

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
            var series = await context.Series.Where(row => row.RunId == id).Select(row => row.Id).ToListAsync(CancellationToken.None);
            context.Purges.AddRange(series.Select(row => new Purge { RunId = id, SeriesId = row }));
            context.Purges.Add(new() { RunId = id });
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
        foreach (var purge in due)
        {
            while (await StepAsync(purge, cancellation)) { }
            await writer.WriteAsync(async context => await context.Purges.Where(row => row.Id == purge.Id).ExecuteDeleteAsync(CancellationToken.None), cancellation);
        }
    }

    private async Task<bool> StepAsync(Purge purge, CancellationToken cancellation)
    {
        using var turn = await writer.EnterAsync(cancellation);
        using var connection = engine.OpenIngestion();
        using var transaction = connection.BeginTransaction();
        var more = purge.SeriesId is { } series
            ? MetricRows.DeleteSome(connection, transaction, series, RowsATransaction)
            : MetricRows.DeleteTicks(connection, transaction, purge.RunId, RowsATransaction);
        transaction.Commit();
        return more;
    }
}
