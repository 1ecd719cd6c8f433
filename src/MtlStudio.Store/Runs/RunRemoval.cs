using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>
/// Deletes runs. A run's own rows go in one transaction; its metric rows, which may be millions, are noted in it and go in
/// small ones afterwards, so that live runs are not held up. What a crash leaves goes when the database is opened again.
/// </summary>
public sealed class RunRemoval(StoreWriter writer, IDbContextFactory<StudioContext> contexts, IStoreEngine engine, RunIngest ingest)
{
    private const int RowsATransaction = 20_000;

    /// <summary>Deletes the run from the store; its folder is the caller's to delete.</summary>
    /// <exception cref="RunNotFoundException"/>
    /// <exception cref="RunStateException">The run has a trainer: stop it first.</exception>
    public async Task DeleteAsync(long id, CancellationToken cancellation = default)
    {
        await writer.WriteAsync(async context =>
        {
            var run = await RunStore.FindAsync(context, id);
            if (RunTransitions.IsActive(run.State))
                throw new RunStateException(id, run.State, $"Run {id} is {RunStateException.Word(run.State)}: stop it before you delete it");
            var series = await context.Series.Where(row => row.RunId == id).Select(row => row.Id).ToListAsync(CancellationToken.None);
            context.Purges.AddRange(series.Select(row => new Purge { RunId = id, SeriesId = row }));
            context.Purges.Add(new() { RunId = id });
            context.Runs.Remove(run);
            ingest.Forget(id);
        }, cancellation);
        await PurgeAsync(cancellation);
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
