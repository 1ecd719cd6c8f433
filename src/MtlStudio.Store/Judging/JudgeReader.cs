using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>Reads runs and their scores by example.</summary>
public sealed class JudgeReader(IDbContextFactory<StudioContext> contexts, SettingStore settings)
{
    /// <summary>The runs that there are, by their number; their rows without tags and tasks, which the spec tells.</summary>
    public async Task<IReadOnlyDictionary<long, JudgedRun>> RunsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var runs = await context.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).ToListAsync(cancellation);
        var sets = (await context.ExampleScores.Where(set => ids.Contains(set.RunId)).OrderBy(set => set.Seq)
            .Select(set => new { set.RunId, Set = new ScoreSet(set.Id, set.Task, set.Split, set.Step, set.Seq, set.Examples) }).ToListAsync(cancellation)).ToLookup(row => row.RunId, row => row.Set);
        var baselines = (await context.RunBaselines.AsNoTracking().Where(link => ids.Contains(link.RunId)).ToListAsync(cancellation)).ToLookup(link => link.RunId);
        var best = (await context.Checkpoints.Where(checkpoint => ids.Contains(checkpoint.RunId)).Select(checkpoint => new { checkpoint.RunId, checkpoint.Step, checkpoint.Keeps }).ToListAsync(cancellation))
            .Where(checkpoint => checkpoint.Keeps.Split(' ').Contains("best")).GroupBy(checkpoint => checkpoint.RunId).ToDictionary(group => group.Key, group => group.Max(checkpoint => checkpoint.Step));
        return runs.ToDictionary(run => run.Id, run => new JudgedRun
        {
            Run = run, Spec = run.ReadSpec(), Sets = [.. sets[run.Id]], Baselines = baselines[run.Id].ToDictionary(link => link.Task, link => link.BaselineRunId),
            BestStep = best.TryGetValue(run.Id, out var step) ? step : null,
            Environment = run.EnvironmentJson is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(run.EnvironmentJson, WireJson.Compact) ?? [],
        });
    }

    /// <summary>The scores of each set, by the set's number.</summary>
    public async Task<IReadOnlyDictionary<long, ExampleScoresEvent>> ScoresAsync(IReadOnlyCollection<long> sets, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.ExampleScores.AsNoTracking().Where(set => sets.Contains(set.Id)).ToDictionaryAsync(set => set.Id, set => set.Read(), cancellation);
    }

    /// <summary>The studio's own smallest difference that matters, for tasks that say nothing, in points of 100.</summary>
    public Task<double> SmallestDifferenceAsync(CancellationToken cancellation = default) =>
        settings.ReadAsync(JudgingSettings.SmallestDifferenceKey, JudgingSettings.SmallestDifference, cancellation);
}
