using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Pages of what is known of runs; filtered, sorted and cut by the database.</summary>
public sealed class RunReader(IDbContextFactory<StudioContext> contexts)
{
    /// <summary>Largest page.</summary>
    public const int MaxTake = 1000;

    private static readonly Dictionary<string, Expression<Func<Run, object?>>> Sorts = new()
    {
        ["id"] = run => run.Id,
        ["name"] = run => run.Name,
        ["state"] = run => run.State,
        ["createdAt"] = run => run.CreatedAt,
        ["startedAt"] = run => run.StartedAt,
        ["endedAt"] = run => run.EndedAt,
        ["priority"] = run => run.Priority,
        ["queue"] = run => run.QueueOrder,
        ["step"] = run => run.Step,
        ["policy"] = run => run.Policy,
        ["unifiedScore"] = run => run.UnifiedScore,
    };

    /// <summary>What <see cref="RunFilter.Sort"/> may say.</summary>
    public static IReadOnlyCollection<string> SortKeys => Sorts.Keys;

    /// <summary>One page of runs, each with its tags and tasks.</summary>
    /// <exception cref="InvalidInputException">An unknown sort key, or a page out of range.</exception>
    public async Task<Page<Run>> RunsAsync(RunFilter filter, CancellationToken cancellation = default)
    {
        if (!Sorts.TryGetValue(filter.Sort, out var key))
            throw new InvalidInputException("sort", $"Runs cannot be sorted by \"{filter.Sort}\": choose among {string.Join(", ", Sorts.Keys)}");
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var runs = filter.ApplyTo(context.Runs.AsNoTracking());
        var sorted = filter.Descending ? runs.OrderByDescending(key).ThenByDescending(run => run.Id) : runs.OrderBy(key).ThenBy(run => run.Id);
        // Numbers first: whole rows would be sorted with their specs, thrice over, and the cost would grow with the runs.
        var ids = await PageOf(sorted.Select(run => run.Id), filter.Skip, filter.Take, cancellation);
        return new(await ByIdsAsync(ids.Items, cancellation), ids.Total);
    }

    /// <summary>The runs of these numbers that there are, in no promised order.</summary>
    public Task<IReadOnlyList<Run>> ManyAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation = default) =>
        ListAsync(context => context.Runs.Where(run => ids.Contains(run.Id)), cancellation);

    /// <summary>The runs of those numbers in that order, each with its tags and tasks; those that are gone are left out.</summary>
    public async Task<IReadOnlyList<Run>> ByIdsAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var runs = await context.Runs.AsNoTracking().AsSplitQuery().Where(run => ids.Contains(run.Id)).Include(run => run.Tags)
            .Include(run => run.Tasks.OrderBy(task => task.ColorIndex)).ToDictionaryAsync(run => run.Id, cancellation);
        return [.. ids.Where(runs.ContainsKey).Select(id => runs[id])];
    }

    /// <summary>How many runs are in each state.</summary>
    public async Task<IReadOnlyDictionary<RunState, int>> CountsAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.Where(run => !run.Archived).GroupBy(run => run.State).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(pair => pair.Key, pair => pair.Count, cancellation);
    }

    /// <summary>The run's steps through its states, the oldest first.</summary>
    public Task<IReadOnlyList<RunTransition>> TransitionsAsync(long id, CancellationToken cancellation = default) =>
        ListAsync(context => context.RunTransitions.Where(row => row.RunId == id).OrderBy(row => row.Id), cancellation);

    public Task<IReadOnlyList<Series>> SeriesAsync(long id, CancellationToken cancellation = default) =>
        ListAsync(context => context.Series.Where(row => row.RunId == id).OrderBy(row => row.Name), cancellation);

    /// <summary>The runs that answer for the tasks of a joint run.</summary>
    public Task<IReadOnlyList<RunBaseline>> BaselinesAsync(long id, CancellationToken cancellation = default) =>
        ListAsync(context => context.RunBaselines.Where(row => row.RunId == id && context.Runs.Any(run => run.Id == row.BaselineRunId)).OrderBy(row => row.Task), cancellation);

    public Task<IReadOnlyList<Checkpoint>> CheckpointsAsync(long id, CancellationToken cancellation = default) =>
        ListAsync(context => context.Checkpoints.Where(row => row.RunId == id).OrderBy(row => row.Step), cancellation);

    public Task<IReadOnlyList<Alarm>> AlarmsAsync(long id, CancellationToken cancellation = default) =>
        ListAsync(context => context.Alarms.Where(row => row.RunId == id).OrderBy(row => row.Seq), cancellation);

    /// <summary>Scores by step; null filters nothing.</summary>
    public Task<IReadOnlyList<EvaluationScore>> ScoresAsync(long id, string? split = null, string? task = null, CancellationToken cancellation = default) =>
        ListAsync(context => context.EvaluationScores
            .Where(row => row.RunId == id && (split == null || row.Split == split) && (task == null || row.Task == task))
            .OrderBy(row => row.Step).ThenBy(row => row.Id), cancellation);

    /// <summary>Scores of several runs on several tasks, by step.</summary>
    public Task<IReadOnlyList<EvaluationScore>> ScoresOfAsync(IReadOnlyCollection<long> ids, IReadOnlyCollection<string> tasks, CancellationToken cancellation = default) =>
        ListAsync(context => context.EvaluationScores.Where(row => ids.Contains(row.RunId) && tasks.Contains(row.Task)).OrderBy(row => row.Step).ThenBy(row => row.Id), cancellation);

    /// <summary>Evaluated examples by task, example and step; null filters nothing.</summary>
    public async Task<Page<Sample>> SamplesAsync(long id, string? task = null, int? step = null, int? example = null, string? split = null, int skip = 0, int take = 100, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await PageOf(context.Samples.AsNoTracking()
            .Where(row => row.RunId == id && (task == null || row.Task == task) && (step == null || row.Step == step)
                && (example == null || row.Example == example) && (split == null || row.Split == split))
            .OrderBy(row => row.Task).ThenBy(row => row.Step).ThenBy(row => row.Example), skip, take, cancellation);
    }

    /// <summary>Log lines with a sequence number over <paramref name="after"/>.</summary>
    public async Task<Page<LogLine>> LogAsync(long id, long after = 0, int take = 200, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await PageOf(context.LogLines.AsNoTracking().Where(row => row.RunId == id && row.Seq > after).OrderBy(row => row.Seq).ThenBy(row => row.Id), 0, take, cancellation);
    }

    /// <summary>Where in events.jsonl to begin reading for events after <paramref name="seq"/>: a byte at or before the first of them.</summary>
    public async Task<long> OffsetBeforeAsync(long id, long seq, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.EventMarks.Where(mark => mark.RunId == id && mark.Seq <= seq).MaxAsync(mark => (long?)mark.EndOffset, cancellation) ?? 0;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(Func<StudioContext, IQueryable<T>> query, CancellationToken cancellation) where T : class
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await query(context).AsNoTracking().ToListAsync(cancellation);
    }

    private static async Task<Page<T>> PageOf<T>(IQueryable<T> rows, int skip, int take, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        if (skip < 0) errors.Add(new("skip", $"Skip must be at least 0 (you gave {skip})"));
        if (take is < 1 or > MaxTake) errors.Add(new("take", $"Take must be from 1 to {MaxTake} (you gave {take})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return new(await rows.Skip(skip).Take(take).ToListAsync(cancellation), await rows.CountAsync(cancellation));
    }
}

/// <param name="Total">Rows of all pages together.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);
