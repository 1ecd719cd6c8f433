using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Retention;

/// <summary>How far a clean-up is.</summary>
/// <param name="Running">It goes on in the background.</param>
/// <param name="Done">Items that went.</param>
/// <param name="Freed">Bytes that they took.</param>
/// <param name="Trouble">What could not go and why; null: nothing.</param>
public sealed record RetentionProgress(bool Running, int Done, int Total, long Freed, string? Trouble);

/// <summary>Says what the retention rules let go, and lets it go in the background, one checkpoint or run at a time, so that ingestion never waits.</summary>
public sealed partial class RetentionWork(IDbContextFactory<StudioContext> contexts, StoreWriter writer, SettingStore settings, RunCommands commands, RunMoves moves, RunStore store,
    DataFolder data, IBackgroundJobClient jobs, TimeProvider clock, ILogger<RetentionWork> log)
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);
    private readonly Lock gate = new();
    private RetentionPlan pending = new([]);

    public RetentionProgress Progress { get; private set; } = new(Running: false, 0, 0, 0, null);

    /// <summary>Called when <see cref="Progress"/> moves.</summary>
    public event Action? Moved;

    public Task<RetentionRules> RulesAsync(CancellationToken cancellation = default) => settings.ReadAsync(RetentionRules.Key, new RetentionRules(), cancellation);

    /// <exception cref="InvalidInputException">A rule is out of range.</exception>
    public Task SetRulesAsync(RetentionRules rules, CancellationToken cancellation = default)
    {
        rules.Check();
        return settings.WriteAsync(RetentionRules.Key, rules, cancellation);
    }

    /// <summary>What would go by the rules, as things are now.</summary>
    public async Task<RetentionPlan> PlanAsync(CancellationToken cancellation = default)
    {
        var rules = await RulesAsync(cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var ended = await context.Runs.AsNoTracking().Where(run => run.EndedAt != null && (run.State == RunState.Finished || run.State == RunState.Failed || run.State == RunState.Stopped))
            .Select(run => new { run.Id, run.Name, run.Archived, run.EndedAt }).ToListAsync(cancellation);
        var checkpoints = (await context.Checkpoints.AsNoTracking().ToListAsync(cancellation)).ToLookup(checkpoint => checkpoint.RunId);
        var answering = (await context.RunBaselines.Where(link => context.Runs.Any(run => run.Id == link.RunId && !run.Archived)).Select(link => link.BaselineRunId).ToListAsync(cancellation)).ToHashSet();
        return await Task.Run(() => RetentionPlan.Of(rules, [.. ended.Select(run => new EndedRun(run.Id, run.Name, run.Archived, run.EndedAt!.Value, [.. checkpoints[run.Id]]))],
            answering, clock.GetUtcNow(), id => FolderBytes(data.Run(id).Root)), cancellation);
    }

    /// <summary>Lets go what a plan named, in the background. False where a clean-up is going on already.</summary>
    public bool Begin(RetentionPlan plan)
    {
        lock (gate)
        {
            if (Progress.Running) return false;
            (pending, Progress) = (plan, new(Running: true, 0, plan.Items.Count, 0, null));
        }
        Moved?.Invoke();
        jobs.Create<RetentionWork>(work => work.RunAsync(CancellationToken.None), new EnqueuedState(StudioJobs.Queue));
        return true;
    }

    /// <summary>Called by Hangfire.</summary>
    [AutomaticRetry(Attempts = 0), Queue(StudioJobs.Queue)]
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var item in pending.Items)
            {
                cancellation.ThrowIfCancellationRequested();
                var trouble = await TryRemoveAsync(item, cancellation);
                Progress = Progress with { Done = Progress.Done + 1, Freed = Progress.Freed + (trouble is null ? item.Bytes : 0), Trouble = trouble ?? Progress.Trouble };
                Moved?.Invoke();
                await Task.Delay(Breath, clock, cancellation);
            }
        }
        finally
        {
            Progress = Progress with { Running = false };
            Moved?.Invoke();
        }
    }

    // Things may have changed since the plan was shown: a run was retried, pinned or deleted.
    private async Task<string?> TryRemoveAsync(RetentionItem item, CancellationToken cancellation)
    {
        try
        {
            if (await store.FindOrNullAsync(item.RunId, cancellation) is not { } run) return null;
            if (!RunTransitions.IsEnded(run.State)) return $"Run {run.Id} is {run.State.ToString().ToLowerInvariant()} again: it was left as it is.";
            if (item.Checkpoint is not { } checkpoint) await commands.DeleteAsync(run.Id, cancellation);
            else await RemoveCheckpointAsync(run, checkpoint, cancellation);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or RunStateException or RunNotFoundException)
        {
            LogTrouble(log, item.RunId, fault.Message);
            return $"Run {item.RunId}: {fault.Message}";
        }
    }

    // The row first: a checkpoint that is listed must stand on the disk.
    private async Task RemoveCheckpointAsync(Run run, long id, CancellationToken cancellation)
    {
        var path = await writer.WriteAsync(async context =>
        {
            if (await context.Checkpoints.SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) is not { } row) return null;
            context.Checkpoints.Remove(row);
            return row.Path;
        }, cancellation);
        if (path is null) return;
        var folder = Path.Combine(data.Run(run.Id).Root, path);
        if (Directory.Exists(folder)) await Task.Run(() => Directory.Delete(folder, recursive: true), cancellation);
        moves.Announce(run);
    }

    private static long FolderBytes(string folder) => !Directory.Exists(folder) ? 0
        : new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    [LoggerMessage(LogLevel.Warning, "Run {Run}: retention could not remove something: {Reason}")]
    private static partial void LogTrouble(ILogger log, long run, string reason);
}
