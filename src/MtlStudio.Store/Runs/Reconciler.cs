using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What a studio finds when it starts.</summary>
public sealed class Reconciler(StoreWriter writer, IDbContextFactory<StudioContext> contexts)
{
    /// <summary>The runs that need someone: those that wait, and those that had a trainer when the studio ended.</summary>
    public async Task<RunSurvey> SurveyAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var open = await context.Runs.AsNoTracking()
            .Where(run => run.State == RunState.Queued || run.State == RunState.Starting || run.State == RunState.Running || run.State == RunState.Pausing || run.State == RunState.Stopping)
            .OrderByDescending(run => run.Priority).ThenBy(run => run.QueueOrder).ToListAsync(cancellation);
        return new([.. open.Where(run => run.State == RunState.Queued)], [.. open.Where(run => RunTransitions.IsActive(run.State))]);
    }

    /// <summary>Frees every device that is leased to a run in no active state. Returns how many.</summary>
    public Task<int> MendLeasesAsync(CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var mended = 0;
        var leases = await context.DeviceLeases.ToListAsync(CancellationToken.None);
        var ids = leases.Where(lease => lease.RunId != null).Select(lease => lease.RunId!.Value).ToList();
        var holders = await context.Runs.Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, CancellationToken.None);
        foreach (var lease in leases.Where(lease => lease.RunId is { } id && !(holders.TryGetValue(id, out var run) && RunTransitions.IsActive(run.State) && run.Device == lease.Device)))
        {
            (lease.RunId, lease.Since) = (null, null);
            mended++;
        }
        return mended;
    }, cancellation);
}

/// <param name="Queued">In the order of the queue.</param>
/// <param name="Active">Those in a state that says a trainer exists.</param>
public sealed record RunSurvey(IReadOnlyList<Run> Queued, IReadOnlyList<Run> Active);
