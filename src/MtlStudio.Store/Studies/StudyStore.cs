using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;

namespace MtlStudio.Store;

/// <summary>A study's run, and whether it was there already.</summary>
public sealed record StudyRunChoice(Run Run, bool Reused, IReadOnlyList<BaselineChoice> Baselines);

/// <summary>A study with all its runs.</summary>
public sealed record LaunchedStudy(Study Study, IReadOnlyList<StudyRunChoice> Runs);

/// <summary>Makes, fills and deletes studies. Runs equal to a study's that stand or are on their way are taken into it and not trained again.</summary>
public sealed class StudyStore(StoreWriter writer, RunStore runs, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    public const int MaxTake = 200;

    /// <summary>Keeps the study and queues what is not there yet: all of it or nothing.</summary>
    /// <param name="plan">Of the study.</param>
    public Task<LaunchedStudy> CreateAsync(PolicyStudy study, PolicyStudyPlan plan, int priority = 0, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var row = new Study { Name = study.Name.Trim(), Note = study.Note, StudyJson = JsonSerializer.Serialize(study, WireJson.Compact), CreatedAt = clock.GetUtcNow() };
        context.Studies.Add(row);
        await context.SaveChangesAsync(CancellationToken.None);
        return new LaunchedStudy(row, await FillAsync(context, row, study, plan, priority));
    }, cancellation);

    /// <summary>Fills the places of a study of policies whose runs were deleted, and makes baselines that are missing; the others stay.</summary>
    /// <exception cref="StudyNotFoundException"/>
    public Task<LaunchedStudy> RefillAsync(long id, PolicyStudyPlan plan, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var row = await context.Studies.Include(study => study.Runs).SingleOrDefaultAsync(study => study.Id == id, CancellationToken.None) ?? throw new StudyNotFoundException(id);
        return new LaunchedStudy(row, await FillAsync(context, row, row.Read(), plan, priority: 0));
    }, cancellation);

    /// <summary>The study with its places.</summary>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<Study> GetAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Studies.AsNoTracking().Include(study => study.Runs.OrderBy(run => run.Place)).SingleOrDefaultAsync(study => study.Id == id, cancellation) ?? throw new StudyNotFoundException(id);
    }

    /// <summary>A page of studies with their places, the newest first.</summary>
    public async Task<Page<Study>> ListAsync(int skip = 0, int take = 50, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var studies = context.Studies.AsNoTracking();
        return new(await studies.Include(study => study.Runs).OrderByDescending(study => study.Id).Skip(skip).Take(take).ToListAsync(cancellation), await studies.CountAsync(cancellation));
    }

    /// <summary>Runs that would be trained alike and stand, or are on their way, by the hash of their spec.</summary>
    public async Task<IReadOnlyDictionary<string, long>> StandingAsync(IReadOnlyCollection<string> hashes, bool baselines, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Runs.AsNoTracking().Where(run => hashes.Contains(run.SpecHash) && (run.BaselineTask != null) == baselines && run.State != RunState.Failed && run.State != RunState.Stopped)
            .Select(run => new { run.SpecHash, run.Id }).ToListAsync(cancellation);
        return found.GroupBy(run => run.SpecHash).ToDictionary(group => group.Key, group => group.Max(run => run.Id));
    }

    /// <summary>Deletes the study; its runs stay.</summary>
    /// <exception cref="StudyNotFoundException"/>
    public Task DeleteAsync(long id, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
        context.Studies.Remove(await context.Studies.SingleOrDefaultAsync(study => study.Id == id, CancellationToken.None) ?? throw new StudyNotFoundException(id)), cancellation);

    /// <summary>Brings a study back that was deleted, with its places and under its own number.</summary>
    /// <param name="study">As <see cref="GetAsync"/> gave it.</param>
    public Task RestoreAsync(Study study, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        if (!await context.Studies.AnyAsync(row => row.Id == study.Id, CancellationToken.None)) context.Studies.Add(study);
    }, cancellation);

    /// <summary>The runs that the study queued and nothing else has: joint ones that no other study has, and baselines that answer for no run outside it.</summary>
    public async Task<IReadOnlyList<long>> OwnAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var members = await context.StudyRuns.AsNoTracking().Where(run => run.StudyId == id).ToListAsync(cancellation);
        List<long> all = [.. members.Select(run => run.RunId).Distinct()], made = [.. members.Where(run => run.Made).Select(run => run.RunId).Distinct()];
        var shared = await context.StudyRuns.AsNoTracking().Where(run => run.StudyId != id && made.Contains(run.RunId)).Select(run => run.RunId).ToListAsync(cancellation);
        var links = await context.RunBaselines.AsNoTracking().Where(link => all.Contains(link.RunId)).Select(link => link.BaselineRunId).Distinct().ToListAsync(cancellation);
        var own = made.Except(shared).ToList();
        var outside = await context.RunBaselines.AsNoTracking().Where(link => links.Contains(link.BaselineRunId) && !own.Contains(link.RunId)).Select(link => link.BaselineRunId).ToListAsync(cancellation);
        return [.. own, .. links.Except(outside)];
    }

    private async Task<IReadOnlyList<StudyRunChoice>> FillAsync(StudioContext context, Study row, PolicyStudy study, PolicyStudyPlan plan, int priority)
    {
        var places = await context.StudyRuns.Where(run => run.StudyId == row.Id).ToDictionaryAsync(run => run.Place, CancellationToken.None);
        var (choices, block) = (new List<StudyRunChoice>(), new List<(Run Run, bool Reused)>());
        for (var i = 0; i < plan.Members.Count; i++)
        {
            var member = plan.Members[i];
            var kept = places.TryGetValue(i, out var place) ? await context.Runs.SingleOrDefaultAsync(run => run.Id == place.RunId, CancellationToken.None) : null;
            var equal = kept ?? await FindEqual(context, SpecIdentity.Hash(member.Spec)).FirstOrDefaultAsync(CancellationToken.None);
            var run = equal ?? await runs.AddAsync(context, member.Spec, $"study {row.Id}", priority);
            block.Add((run, equal is not null));
            place ??= context.StudyRuns.Add(new() { StudyId = row.Id, Place = i, Policy = member.Policy, LossWeights = member.LossWeights, Rate = member.Rate, Seed = member.Seed }).Entity;
            if (kept is null) (place.RunId, place.Made) = (run.Id, equal is null);
            // The joint runs of a seed and rate, then their baselines: a study that is not done yet has its Δm for what is.
            if (i + 1 < plan.Members.Count && (plan.Members[i + 1].Seed, plan.Members[i + 1].Rate) == (member.Seed, member.Rate)) continue;
            foreach (var (joint, reused) in block) choices.Add(new(joint, reused, study.Baselines ? await runs.EnsureBaselinesAsync(context, joint) : []));
            block.Clear();
        }
        return choices;
    }

    internal static IQueryable<Run> FindEqual(StudioContext context, string hash) => context.Runs
        .Where(run => run.SpecHash == hash && run.BaselineTask == null && run.State != RunState.Failed && run.State != RunState.Stopped)
        .OrderByDescending(run => run.State == RunState.Finished).ThenByDescending(run => run.Id);
}
