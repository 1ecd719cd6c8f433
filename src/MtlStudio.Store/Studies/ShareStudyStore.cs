using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;

namespace MtlStudio.Store;

/// <summary>Makes studies of shares and leads them from stage to stage: a stage's run is queued once the one before it has finished.</summary>
public sealed class ShareStudyStore(StoreWriter writer, RunStore runs, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    /// <summary>Keeps the study and queues its reference run, where no equal one stands.</summary>
    /// <param name="study">Without faults.</param>
    public Task<LaunchedStudy> CreateAsync(ShareStudy study, int priority = 0, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var row = new Study { Name = study.Name.Trim(), Note = study.Note, StudyJson = JsonSerializer.Serialize(study, WireJson.Compact), CreatedAt = clock.GetUtcNow() };
        context.Studies.Add(row);
        await context.SaveChangesAsync(CancellationToken.None);
        return new LaunchedStudy(row, [await FillAsync(context, row, ShareStage.Reference, ShareStudyPlan.Reference(study), priority)]);
    }, cancellation);

    /// <summary>Queues the run of the next stage where all before it have finished; null where there is nothing to queue yet, or any more.</summary>
    /// <param name="sharesOf">The shares that a finished proxy run found; null where its folder has none.</param>
    /// <param name="refill">Makes runs anew that were deleted, where a later stage still needs them.</param>
    /// <exception cref="StudyNotFoundException"/>
    public Task<StudyRunChoice?> AdvanceAsync(long id, Func<long, FoundShares?> sharesOf, bool refill = false, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var row = await context.Studies.Include(study => study.Runs).SingleOrDefaultAsync(study => study.Id == id, CancellationToken.None) ?? throw new StudyNotFoundException(id);
        var study = row.ReadShares();
        var ids = row.Runs.Select(place => place.RunId).ToList();
        var standing = await context.Runs.Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, CancellationToken.None);
        Run? At(ShareStage stage) => row.Runs.FirstOrDefault(place => place.Place == (int)stage) is { } place ? standing.GetValueOrDefault(place.RunId) : null;
        foreach (var stage in Enum.GetValues<ShareStage>())
        {
            if (At(stage) is { } there)
            {
                if (there.State == RunState.Finished) continue;
                return null;
            }
            // A run that was deleted is made again on request alone, and not where a later one has finished without it.
            var deleted = row.Runs.Any(place => place.Place == (int)stage);
            if (deleted && Enum.GetValues<ShareStage>().Any(later => later > stage && At(later) is { State: RunState.Finished })) continue;
            if (deleted && !refill) return null;
            var spec = stage switch
            {
                ShareStage.Reference => ShareStudyPlan.Reference(study),
                ShareStage.Proxy => At(ShareStage.Reference) is { } reference ? ShareStudyPlan.Proxy(study, reference.Id) : null,
                _ => At(ShareStage.Proxy) is { } proxy && sharesOf(proxy.Id) is { } found ? ShareStudyPlan.Final(study, found) : null,
            };
            return spec is null ? null : await FillAsync(context, row, stage, spec, At(stage - 1)?.Priority ?? 0);
        }
        return null;
    }, cancellation);

    /// <summary>Studies of shares that have a run among their stages.</summary>
    public async Task<IReadOnlyList<long>> OfRunAsync(long run, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Studies.Where(study => study.StudyJson.StartsWith(Study.SharesBegin) && study.Runs.Any(place => place.RunId == run)).Select(study => study.Id).ToListAsync(cancellation);
    }

    /// <summary>Studies of shares whose final run was never queued.</summary>
    public async Task<IReadOnlyList<long>> OpenAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Studies.Where(study => study.StudyJson.StartsWith(Study.SharesBegin) && study.Runs.All(place => place.Place != (int)ShareStage.Final)).Select(study => study.Id).ToListAsync(cancellation);
    }

    private async Task<StudyRunChoice> FillAsync(StudioContext context, Study row, ShareStage stage, RunSpec spec, int priority)
    {
        var equal = await StudyStore.FindEqual(context, SpecIdentity.Hash(spec)).FirstOrDefaultAsync(CancellationToken.None);
        var run = equal ?? await runs.AddAsync(context, spec, $"study {row.Id}", priority);
        var place = await context.StudyRuns.SingleOrDefaultAsync(place => place.StudyId == row.Id && place.Place == (int)stage, CancellationToken.None) ?? context.StudyRuns.Add(new()
        {
            StudyId = row.Id, Place = (int)stage, Policy = stage.ToString().ToLowerInvariant(), Rate = spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr"), Seed = spec.Seed,
        }).Entity;
        (place.RunId, place.Made) = (run.Id, equal is null);
        return new(run, equal is not null, []);
    }
}
