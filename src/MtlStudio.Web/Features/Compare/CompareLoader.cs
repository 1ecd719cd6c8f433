using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Metrics;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Reads the compared runs in three queries, however many there are.</summary>
public sealed class CompareLoader(IDbContextFactory<StudioContext> contexts)
{
    /// <summary>The runs in the order of their numbers as given; numbers that no run has are told.</summary>
    public async Task<CompareSet> LoadAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default)
    {
        if (ids.Count == 0) return CompareSet.Empty;
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).Include(run => run.Tasks.OrderBy(task => task.ColorIndex)).ToDictionaryAsync(run => run.Id, cancellation);
        var links = (await context.RunBaselines.AsNoTracking().Where(link => ids.Contains(link.RunId)).ToListAsync(cancellation)).ToLookup(link => link.RunId);
        // All scores of validation: asking the database for the first and the last of each costs more than reading them.
        var scores = (await context.EvaluationScores.AsNoTracking().Where(row => ids.Contains(row.RunId) && row.Split == "validation")
            .OrderBy(row => row.Step).ThenBy(row => row.Id).Select(row => new ScoreRow(row.RunId, row.Task, row.Metric, row.Step, row.Value, row.Flag)).ToListAsync(cancellation)).ToLookup(row => row.RunId);
        var runs = ids.Where(found.ContainsKey).Select(id => Of(found[id], links[id], scores[id])).ToList();
        return new(runs, TasksOf(runs), [.. ids.Where(id => !found.ContainsKey(id))]);
    }

    private static CompareRun Of(Store.Run run, IEnumerable<RunBaseline> links, IEnumerable<ScoreRow> scores)
    {
        var (untuned, last) = (new Dictionary<(string, string), double>(), new Dictionary<(string Task, string Metric), double>());
        // By rising step: of several scores of one evaluation the later row replaced the others.
        foreach (var row in scores)
        {
            if (row.Step == 0) untuned[(row.Task, row.Metric)] = row.Score;
            if (row.Metric != EvaluationScore.Loss) last[(row.Task, row.Metric)] = row.Score;
        }
        List<RunTask> tasks = [.. run.Tasks.Where(task => run.BaselineTask is null || task.Name == run.BaselineTask)];
        return new(run, run.ReadSpec(), tasks, links.ToDictionary(link => link.Task, link => link.BaselineRunId),
            untuned, tasks.Where(task => last.ContainsKey((task.Name, task.PrimaryMetric))).ToDictionary(task => task.Name, task => last[(task.Name, task.PrimaryMetric)]))
        { SeedGroup = run.SeedGroup() };
    }

    /// <summary>The tasks of all runs; each has the color of the first mix that has it, unless that is taken by another.</summary>
    private static List<CompareTask> TasksOf(IReadOnlyList<CompareRun> runs)
    {
        var tasks = new List<CompareTask>();
        foreach (var task in runs.SelectMany(run => run.Tasks))
        {
            if (tasks.Any(known => known.Name == task.Name)) continue;
            var color = task.ColorIndex;
            while (tasks.Any(known => known.ColorIndex == color)) color++;
            tasks.Add(new(task.Name, color, task.PrimaryMetric, MetricRegistry.Find(task.PrimaryMetric)?.Unit ?? "", task.HigherIsBetter));
        }
        return tasks;
    }

    private sealed record ScoreRow(long RunId, string Task, string Metric, int Step, double? Value, NonFinite Flag)
    {
        public double Score => NonFinites.Decode(Value, Flag);
    }
}
