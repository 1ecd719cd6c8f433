using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>Keeps the tables of verdicts of finished runs (<see cref="RunDelta"/>) and of their seeds together (<see cref="SeedDelta"/>),
/// and their alarms where a task is hurt.</summary>
public sealed class RunVerdicts(StoreWriter writer, IDbContextFactory<StudioContext> contexts, JudgeReader reader, Comparer comparer, TimeProvider clock)
{
    /// <summary>The finished runs whose verdicts depend on a run: itself, and those it is a baseline of.</summary>
    public async Task<IReadOnlyList<long>> AffectedByAsync(long run, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(row => row.State == RunState.Finished && (row.Id == run || context.RunBaselines.Any(link => link.RunId == row.Id && link.BaselineRunId == run)))
            .Select(row => row.Id).ToListAsync(cancellation);
    }

    /// <summary>A finished run that differs only in its seed from a run that was deleted: judging it judges the seeds that are left. None where there is none.</summary>
    public async Task<IReadOnlyList<long>> LeftByAsync(long deleted, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.SeedMembers.Where(member => member.RunId != deleted && context.Runs.Any(run => run.Id == member.RunId && run.State == RunState.Finished)
                && context.SeedMembers.Any(gone => gone.RunId == deleted && gone.GroupHash == member.GroupHash))
            .OrderBy(member => member.RunId).Select(member => member.RunId).Take(1).ToListAsync(cancellation);
    }

    /// <summary>The finished runs that have scores by example and miss a verdict they could have.</summary>
    public async Task<IReadOnlyList<long>> DueAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs
            .Where(run => run.State == RunState.Finished && context.ExampleScores.Any(set => set.RunId == run.Id)
                // A joint run that was judged has its place among its seeds, also where nothing stood beside it: a start does not judge it again.
                && (run.BaselineTask != null && !context.RunDeltas.Any(delta => delta.RunId == run.Id)
                    || run.BaselineTask == null && !context.SeedMembers.Any(member => member.RunId == run.Id)
                    || context.RunBaselines.Any(link => link.RunId == run.Id && context.Runs.Any(baseline => baseline.Id == link.BaselineRunId && baseline.State == RunState.Finished)
                        && !context.RunDeltas.Any(delta => delta.RunId == run.Id && delta.Task == link.Task && delta.Reference == RunDelta.Baseline && delta.ReferenceRunId == link.BaselineRunId))))
            .OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellation);
    }

    /// <summary>Every finished run that has scores by example: what a change of the smallest difference that matters concerns.</summary>
    public async Task<IReadOnlyList<long>> AllAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(run => run.State == RunState.Finished && context.ExampleScores.Any(set => set.RunId == run.Id)).OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellation);
    }

    /// <summary>The verdicts of these runs, as they were last judged.</summary>
    public async Task<IReadOnlyList<RunDelta>> OfAsync(IReadOnlyCollection<long> runs, string reference = RunDelta.Baseline, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.RunDeltas.AsNoTracking().Where(delta => runs.Contains(delta.RunId) && delta.Reference == reference).OrderBy(delta => delta.RunId).ThenBy(delta => delta.Task).ToListAsync(cancellation);
    }

    /// <summary>How runs stand together with those that differ from them only in their seed, by run; nothing of a run that is the only one.</summary>
    public async Task<ILookup<long, SeedDelta>> OfSeedsAsync(IReadOnlyCollection<long> runs, string reference = RunDelta.Baseline, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.SeedMembers.AsNoTracking().Where(member => runs.Contains(member.RunId))
            .Join(context.SeedDeltas.AsNoTracking().Where(delta => delta.Reference == reference), member => member.GroupHash, delta => delta.GroupHash, (member, delta) => new { member.RunId, Delta = delta })
            .ToListAsync(cancellation);
        var named = found.SelectMany(row => row.Delta.ReadRuns()).Distinct().ToList();
        var there = (await context.Runs.Where(run => named.Contains(run.Id)).Select(run => run.Id).ToListAsync(cancellation)).ToHashSet();
        // Of a group that has lost a run, the next judging tells; until then nothing does.
        return found.Where(row => row.Delta.ReadRuns() is var members && members.Contains(row.RunId) && members.All(there.Contains))
            .OrderBy(row => row.Delta.Task, StringComparer.Ordinal).ToLookup(row => row.RunId, row => row.Delta);
    }

    /// <summary>Draws for many runs at once what judging each of them asks for: evaluations that several stand beside are scored once.</summary>
    public async Task PrepareAsync(IReadOnlyList<long> runs, CancellationToken cancellation = default)
    {
        foreach (var reference in new[] { ReferenceChoice.Baseline, ReferenceChoice.Untuned }) await comparer.CompareAsync(runs, reference, cancellation);
    }

    /// <summary>Judges a run anew against its baselines and against the untuned model, alone and together with its other seeds, and
    /// writes what was found.</summary>
    /// <returns>The runs of which other is told now than before; none where all stood so already.</returns>
    public async Task<IReadOnlyList<long>> JudgeAsync(long id, CancellationToken cancellation = default)
    {
        if (!(await reader.RunsAsync([id], cancellation)).TryGetValue(id, out var run) || !run.IsFinished) return [];
        // Seeds of baselines are no question of their own: they stand behind those of the runs they answer for.
        var group = run.Spec.Baseline is null ? run.Run.SeedGroup() : null;
        var seeds = group is null ? [] : await SeedsAsync(run, group, cancellation);
        var found = new List<RunDelta>();
        var together = new List<SeedDelta>();
        foreach (var reference in new[] { ReferenceChoice.Baseline, ReferenceChoice.Untuned })
        {
            found.AddRange(Rows(await comparer.CompareAsync([run], reference, cancellation)));
            if (seeds.Count > 1) together.AddRange(Rows(group!, await comparer.CompareAsync(seeds, reference, cancellation)));
        }
        return await writer.WriteAsync<IReadOnlyList<long>>(async context =>
        {
            if (!await context.Runs.AnyAsync(row => row.Id == id, CancellationToken.None)) return [];
            var changed = new HashSet<long>();
            if (await WriteAsync(context, id, found)) changed.Add(id);
            if (group is not null)
            {
                if (await context.SeedMembers.FindAsync(id) is { } known) known.GroupHash = group;
                else context.SeedMembers.Add(new() { RunId = id, GroupHash = group });
                if (await WriteAsync(context, group, together)) changed.UnionWith(seeds.Select(seed => seed.Id));
            }
            await context.SaveChangesAsync(CancellationToken.None);
            foreach (var one in changed) await HurtAlarms.WriteAsync(context, one, clock.GetUtcNow());
            return [.. changed.Order()];
        }, cancellation);
    }

    /// <summary>The run and those finished before it that differ only in their seed.</summary>
    private async Task<IReadOnlyList<JudgedRun>> SeedsAsync(JudgedRun run, string group, CancellationToken cancellation)
    {
        List<long> ids;
        await using (var context = await contexts.CreateDbContextAsync(cancellation))
            ids = await context.SeedMembers.Where(member => member.GroupHash == group && member.RunId != run.Id).Select(member => member.RunId).ToListAsync(cancellation);
        return ids.Count == 0 ? [run] : [.. (await reader.RunsAsync(ids, cancellation)).Values.Where(other => other.IsFinished).Append(run).OrderBy(other => other.Id)];
    }

    private static async Task<bool> WriteAsync(StudioContext context, long id, List<RunDelta> found)
    {
        // A reference that was deleted meanwhile takes its rows along.
        var there = await context.Runs.Where(row => found.Select(delta => delta.ReferenceRunId).Contains(row.Id)).Select(row => row.Id).ToListAsync(CancellationToken.None);
        found.RemoveAll(delta => !there.Contains(delta.ReferenceRunId));
        var stored = await context.RunDeltas.Where(delta => delta.RunId == id).ToListAsync(CancellationToken.None);
        if (stored.Count == found.Count && stored.All(old => found.Any(now => Same(old, now)))) return false;
        context.RunDeltas.RemoveRange(stored);
        await context.SaveChangesAsync(CancellationToken.None);
        context.RunDeltas.AddRange(found);
        return true;
    }

    private static async Task<bool> WriteAsync(StudioContext context, string group, List<SeedDelta> found)
    {
        var stored = await context.SeedDeltas.Where(delta => delta.GroupHash == group).ToListAsync(CancellationToken.None);
        if (stored.Count == found.Count && stored.All(old => found.Any(now => Same(old, now)))) return false;
        context.SeedDeltas.RemoveRange(stored);
        await context.SaveChangesAsync(CancellationToken.None);
        context.SeedDeltas.AddRange(found);
        return true;
    }

    private IEnumerable<RunDelta> Rows(Comparison comparison) =>
        from task in comparison.Tasks
        from value in task.Values
        where value.Verdict is not null
        select new RunDelta
        {
            RunId = value.Run, Task = task.Task, Reference = comparison.Reference.ToString(), ReferenceRunId = value.ReferenceRun, Metric = task.Metric, HigherIsBetter = task.HigherIsBetter,
            Split = value.Split!, Step = value.Step!.Value, Examples = value.Examples, Seeds = value.Seeds, Value = value.Value!.Value, ReferenceValue = value.ReferenceValue!.Value,
            Delta = value.Delta!.Value, Low = value.Low!.Value, High = value.High!.Value, P = value.P!.Value, Verdict = Word(value.Verdict), ComputedAt = clock.GetUtcNow(),
        };

    /// <summary>Of a task that fewer than two seeds have a reference for, nothing is said together.</summary>
    private IEnumerable<SeedDelta> Rows(string hash, Comparison comparison) =>
        from seeds in comparison.Groups
        from task in seeds.Tasks
        from value in task.Values
        where value.Verdict is not null && value.Seeds > 1
        select new SeedDelta
        {
            GroupHash = hash, Task = task.Task, Reference = comparison.Reference.ToString(), Runs = string.Join(',', seeds.Runs), LastSeed = seeds.Seeds[^1], Metric = task.Metric, HigherIsBetter = task.HigherIsBetter,
            Split = value.Split!, Examples = value.Examples, Seeds = value.Seeds, Value = value.Value!.Value, ReferenceValue = value.ReferenceValue!.Value,
            Delta = value.Delta!.Value, Low = value.Low!.Value, High = value.High!.Value, P = value.P!.Value, Verdict = Word(value.Verdict), Transfer = Word<Transfer>(value.Transfer), ComputedAt = clock.GetUtcNow(),
        };

    private static string Word<T>(T? value) where T : struct, Enum => value.ToString()!.ToLowerInvariant();

    private static bool Same(RunDelta old, RunDelta now) =>
        (old.Task, old.Reference, old.ReferenceRunId, old.Metric, old.Split, old.Step, old.Value, old.ReferenceValue, old.Low, old.High, old.Verdict)
        == (now.Task, now.Reference, now.ReferenceRunId, now.Metric, now.Split, now.Step, now.Value, now.ReferenceValue, now.Low, now.High, now.Verdict);

    private static bool Same(SeedDelta old, SeedDelta now) =>
        (old.Task, old.Reference, old.Runs, old.Metric, old.Split, old.Value, old.ReferenceValue, old.Low, old.High, old.Verdict, old.Transfer)
        == (now.Task, now.Reference, now.Runs, now.Metric, now.Split, now.Value, now.ReferenceValue, now.Low, now.High, now.Verdict, now.Transfer);
}
