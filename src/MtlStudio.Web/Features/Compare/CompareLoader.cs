using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Metrics;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Reads the compared runs in four queries, however many there are.</summary>
public sealed class CompareLoader(IDbContextFactory<StudioContext> contexts)
{
    /// <summary>The runs in the order of their numbers as given; numbers that no run has are told.</summary>
    public async Task<CompareSet> LoadAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default)
    {
        if (ids.Count == 0) return CompareSet.Empty;
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).Include(run => run.Tasks.OrderBy(task => task.ColorIndex)).ToDictionaryAsync(run => run.Id, cancellation);
        var links = (await context.RunBaselines.AsNoTracking().Where(link => ids.Contains(link.RunId)).ToListAsync(cancellation)).ToLookup(link => link.RunId);
        var untuned = (await context.EvaluationScores.AsNoTracking().Where(row => ids.Contains(row.RunId) && row.Split == "validation" && row.Step == 0)
            .ToListAsync(cancellation)).ToLookup(row => row.RunId);
        // The newest row of each score: later ones of the same step replaced it.
        var last = (await context.EvaluationScores.AsNoTracking().Where(row => ids.Contains(row.RunId) && row.Split == "validation" && row.Metric != EvaluationScore.Loss)
            .GroupBy(row => new { row.RunId, row.Task, row.Metric }).Select(group => group.OrderByDescending(row => row.Step).ThenByDescending(row => row.Id).First())
            .ToListAsync(cancellation)).ToLookup(row => row.RunId);
        var runs = ids.Where(found.ContainsKey).Select(id => Of(found[id], links[id], untuned[id], last[id])).ToList();
        return new(runs, TasksOf(runs), [.. ids.Where(id => !found.ContainsKey(id))]);
    }

    private static CompareRun Of(Store.Run run, IEnumerable<RunBaseline> links, IEnumerable<EvaluationScore> untuned, IEnumerable<EvaluationScore> last)
    {
        List<RunTask> tasks = [.. run.Tasks.Where(task => run.BaselineTask is null || task.Name == run.BaselineTask)];
        return new(run, run.ReadSpec(), tasks, links.ToDictionary(link => link.Task, link => link.BaselineRunId),
            untuned.GroupBy(row => (row.Task, row.Metric)).ToDictionary(group => group.Key, group => group.Last().Score),
            last.Where(row => tasks.Any(task => task.Name == row.Task && task.PrimaryMetric == row.Metric)).ToDictionary(row => row.Task, row => row.Score))
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
}
