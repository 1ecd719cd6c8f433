using MtlStudio.Store;

namespace MtlStudio.Web.Retention;

/// <summary>Something that would go.</summary>
/// <param name="RunId">Whose it is.</param>
/// <param name="Run">The run's name.</param>
/// <param name="Checkpoint">A checkpoint's row; null: the whole run goes.</param>
/// <param name="Step">The checkpoint's step.</param>
/// <param name="Bytes">Room that it frees.</param>
/// <param name="Why">The rule, in words.</param>
public sealed record RetentionItem(long RunId, string Run, long? Checkpoint, int? Step, long Bytes, string Why);

/// <summary>What the rules let go now; runs as a whole first.</summary>
public sealed record RetentionPlan(IReadOnlyList<RetentionItem> Items)
{
    public long Bytes => Items.Sum(item => item.Bytes);

    /// <param name="runs">Every run that has ended, with its checkpoints.</param>
    /// <param name="answering">Runs that answer as baselines for runs that are not archived: they stay.</param>
    /// <param name="folderBytes">What a run's folder takes.</param>
    public static RetentionPlan Of(RetentionRules rules, IReadOnlyList<EndedRun> runs, IReadOnlySet<long> answering, DateTimeOffset now, Func<long, long> folderBytes)
    {
        var whole = runs.Where(run => run.Archived && IsOlder(run, rules.ArchivedAfterDays, now) && !answering.Contains(run.Id)).ToList();
        var items = whole.Select(run => new RetentionItem(run.Id, run.Name, null, null, folderBytes(run.Id), $"archived, ended more than {Days(rules.ArchivedAfterDays!.Value)} ago")).ToList();
        foreach (var run in runs.Except(whole))
        {
            var old = IsOlder(run, rules.CheckpointsAfterDays, now);
            var newest = run.Checkpoints.Count > 0 ? run.Checkpoints.Max(checkpoint => checkpoint.Step) : 0;
            items.AddRange(run.Checkpoints.OrderBy(checkpoint => checkpoint.Step)
                .Where(checkpoint => old || rules.BeyondBestAndLast && checkpoint.Step != newest && !checkpoint.Keeps.Split(' ').Contains("best"))
                .Select(checkpoint => new RetentionItem(run.Id, run.Name, checkpoint.Id, checkpoint.Step, checkpoint.Bytes,
                    old ? $"ended more than {Days(rules.CheckpointsAfterDays!.Value)} ago" : "neither the newest nor the best")));
        }
        return new(items);
    }

    private static bool IsOlder(EndedRun run, int? days, DateTimeOffset now) => days is { } limit && now - run.EndedAt > TimeSpan.FromDays(limit);

    private static string Days(int days) => days == 1 ? "1 day" : $"{days} days";
}

/// <summary>An ended run as retention sees it.</summary>
public sealed record EndedRun(long Id, string Name, bool Archived, DateTimeOffset EndedAt, IReadOnlyList<Checkpoint> Checkpoints);
