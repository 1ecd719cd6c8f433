using Microsoft.EntityFrameworkCore;
using MtlStudio.Store.Ingest;

namespace MtlStudio.Store;

/// <summary>Gives runs that are older than the table of their values what it holds of newer ones.</summary>
public sealed class RunTableFill(StoreWriter writer, IDbContextFactory<StudioContext> contexts, IStoreEngine engine)
{
    private const int RunsATransaction = 100;

    /// <summary>Fills in what is missing; returns the number of runs that lacked it.</summary>
    public async Task<int> FillAsync(CancellationToken cancellation = default)
    {
        List<long> missing;
        await using (var context = await contexts.CreateDbContextAsync(cancellation))
            missing = await context.Runs.IgnoreQueryFilters().Where(run => !context.RunValues.Any(value => value.RunId == run.Id
                && value.ColumnId == context.RunValueColumns.Where(column => column.Source == RunValueSource.Spec && column.Key == SpecColumns.Always).Select(column => column.Id).FirstOrDefault()))
                .Select(run => run.Id).ToListAsync(cancellation);
        foreach (var batch in missing.Chunk(RunsATransaction))
        {
            // The spec's values come last: they are what tells a finished run of this from a cut-off one.
            await ScoresAsync(batch, cancellation);
            await writer.WriteAsync(async context =>
            {
                foreach (var run in await context.Runs.IgnoreQueryFilters().AsNoTracking().Where(run => batch.Contains(run.Id)).ToListAsync(CancellationToken.None))
                    await SpecColumns.AddAsync(context, run.Id, run.ReadSpec());
            }, cancellation);
        }
        return missing.Count;
    }

    private async Task ScoresAsync(long[] runs, CancellationToken cancellation)
    {
        using var turn = await writer.EnterAsync(cancellation);
        using var connection = engine.OpenIngestion();
        using var scores = new FinalScores(connection);
        using var transaction = connection.BeginTransaction();
        foreach (var run in runs) scores.Restore(transaction, run);
        transaction.Commit();
    }
}
