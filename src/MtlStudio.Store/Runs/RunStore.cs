using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Makes runs and leads them through their states. Every change of state is checked, timed and given its cause.</summary>
public sealed class RunStore(StoreWriter writer, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    /// <summary>Queues a run of a valid spec.</summary>
    /// <exception cref="InvalidInputException">The spec is not valid; every fault is named.</exception>
    public Task<Run> CreateAsync(RunSpec spec, string cause = "launched", int priority = 0, CancellationToken cancellation = default)
    {
        if (RunSpecValidator.Validate(spec) is { Count: > 0 } errors) throw new InvalidInputException(errors);
        return writer.WriteAsync(context => AddAsync(context, spec, cause, priority), cancellation);
    }

    /// <summary>Queues a run of each valid spec, and of the baselines of each where asked (equal ones are reused): all of them or none.</summary>
    /// <exception cref="InvalidInputException">A spec is not valid, or its baselines cannot be made; every fault is named.</exception>
    public Task<IReadOnlyList<LaunchedRun>> CreateAllAsync(IReadOnlyList<RunSpec> specs, bool baselines, int priority = 0, CancellationToken cancellation = default)
    {
        var errors = specs.SelectMany(RunSpecValidator.Validate).Distinct().ToList();
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return writer.WriteAsync<IReadOnlyList<LaunchedRun>>(async context =>
        {
            var runs = new List<Run>();
            // The joint runs first: they stand before all baselines in the queue.
            foreach (var spec in specs) runs.Add(await AddAsync(context, spec, "launched", priority));
            var launched = new List<LaunchedRun>();
            foreach (var run in runs) launched.Add(new(run, baselines ? await EnsureBaselinesAsync(context, run) : []));
            return launched;
        }, cancellation);
    }

    /// <summary>
    /// Adds a finished run that was trained elsewhere, tagged <see cref="RunTag.Recorded"/>; its events are ingested afterwards. One
    /// that was added before under the same spec is given back instead.
    /// </summary>
    public Task<Run> RecordAsync(RecordedRun recorded, string cause, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var hash = SpecIdentity.Hash(recorded.Spec);
        var known = await context.Runs.FirstOrDefaultAsync(run => run.SpecHash == hash && run.Tags.Any(tag => tag.Tag == RunTag.Recorded), CancellationToken.None);
        if (known is not null) return known;
        var created = DateTimeOffset.FromUnixTimeMilliseconds(recorded.CreatedAt);
        var run = await AddAsync(context, recorded.Spec with { Tags = [.. recorded.Spec.Tags, RunTag.Recorded] }, cause, priority: 0, created);
        foreach (var (to, time) in new[] { (RunState.Starting, recorded.StartedAt), (RunState.Running, recorded.StartedAt), (RunState.Finished, recorded.EndedAt) })
            await StepAsync(context, run, to, cause, DateTimeOffset.FromUnixTimeMilliseconds(time));
        return run;
    }, cancellation);

    /// <summary>Says which runs answer for a run's tasks, of runs that were recorded together.</summary>
    public Task LinkBaselinesAsync(long id, IReadOnlyDictionary<string, long> baselines, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        foreach (var (task, baseline) in baselines)
        {
            var link = await context.RunBaselines.FindAsync(id, task) ?? context.RunBaselines.Add(new() { RunId = id, Task = task }).Entity;
            link.BaselineRunId = baseline;
        }
    }, cancellation);

    /// <summary>Queues a new run of another's spec.</summary>
    public Task<Run> CloneAsync(long id, string? name = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var original = await FindAsync(context, id);
        var spec = original.ReadSpec();
        return await AddAsync(context, spec with { Name = name ?? $"{spec.Name} (copy)" }, $"cloned from run {id}", original.Priority);
    }, cancellation);

    /// <summary>
    /// The single-task baselines of a joint run, one for each task: equal ones that stand or are on their way are reused, the
    /// others are queued, all in one transaction.
    /// </summary>
    public Task<IReadOnlyList<BaselineChoice>> EnsureBaselinesAsync(long id, CancellationToken cancellation = default) =>
        writer.WriteAsync<IReadOnlyList<BaselineChoice>>(async context => await EnsureBaselinesAsync(context, await FindAsync(context, id)), cancellation);

    /// <summary>The newest baseline with that spec hash that is finished or may still finish, or null.</summary>
    public async Task<Run?> FindBaselineAsync(string specHash, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await FindEqualBaseline(context.Runs.AsNoTracking(), specHash).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>The run with its tags and tasks.</summary>
    /// <exception cref="RunNotFoundException"/>
    public async Task<Run> GetAsync(long id, CancellationToken cancellation = default) =>
        await FindOrNullAsync(id, cancellation) ?? throw new RunNotFoundException(id);

    /// <summary>Makes sure that there is such a run, for who needs nothing else of it.</summary>
    /// <exception cref="RunNotFoundException"/>
    public async Task CheckAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (!await context.Runs.AnyAsync(run => run.Id == id, cancellation)) throw new RunNotFoundException(id);
    }

    /// <summary>The run with its tags and tasks, or null.</summary>
    public async Task<Run?> FindOrNullAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Runs.AsNoTracking().AsSplitQuery().Include(run => run.Tags)
            .Include(run => run.Tasks.OrderBy(task => task.ColorIndex)).SingleOrDefaultAsync(run => run.Id == id, cancellation);
    }

    /// <summary>Leads a run into another state. A device is given back with the trainer's end: on every way to a state without one.</summary>
    /// <param name="cause">Why, in words a user reads: "stopped by the user", "trainer died (signal 9)".</param>
    /// <param name="also">Changes further fields in the same transaction; it sees the run before the step.</param>
    /// <param name="from">The state that the step was decided for; null: any that allows it. What was decided for a run that waits is not done to one that trains.</param>
    /// <exception cref="RunNotFoundException"/>
    /// <exception cref="RunStateException">The run's state allows no such step, or is another one by now.</exception>
    public Task<Run> TransitionAsync(long id, RunState to, string cause, Action<Run>? also = null, RunState? from = null, CancellationToken cancellation = default) =>
        writer.WriteAsync(async context =>
        {
            var run = await FindAsync(context, id);
            if (from is { } expected && run.State != expected) throw RunStateException.Refused(id, run.State, to);
            also?.Invoke(run);
            await StepAsync(context, run, to, cause, clock.GetUtcNow());
            return run;
        }, cancellation);

    /// <summary>Changes a run's own fields (name, note, tags, archived, deaths…), never its state.</summary>
    /// <exception cref="RunNotFoundException"/>
    public Task<Run> UpdateAsync(long id, Action<Run> change, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var run = await context.Runs.Include(r => r.Tags).SingleOrDefaultAsync(r => r.Id == id, CancellationToken.None) ?? throw new RunNotFoundException(id);
        var state = run.State;
        change(run);
        if (run.State != state) throw new InvalidOperationException("A run's state changes by TransitionAsync only");
        return run;
    }, cancellation);

    internal static async Task<Run> FindAsync(StudioContext context, long id) =>
        await context.Runs.SingleOrDefaultAsync(run => run.Id == id, CancellationToken.None) ?? throw new RunNotFoundException(id);

    /// <summary>The one place where a state changes.</summary>
    internal static async Task StepAsync(StudioContext context, Run run, RunState to, string cause, DateTimeOffset now)
    {
        if (!RunTransitions.IsAllowed(run.State, to)) throw RunStateException.Refused(run.Id, run.State, to);
        context.RunTransitions.Add(new() { RunId = run.Id, FromState = run.State, ToState = to, Time = now, Cause = cause });
        if (run.State is RunState.Stopped or RunState.Failed && to == RunState.Queued)
            (run.EndedAt, run.Failure, run.DeathsWithoutCheckpoint) = (null, null, 0);
        run.State = to;
        run.StateReason = cause;
        if (to == RunState.Starting) (run.StartedAt, run.Outcome) = (run.StartedAt ?? now, null);
        // The clock may have been set back meanwhile: nothing ends before it begins.
        if (RunTransitions.IsEnded(to)) run.EndedAt = now < run.StartedAt ? run.StartedAt : now;
        if (RunTransitions.IsActive(to)) return;
        run.Device = null;
        foreach (var lease in await context.DeviceLeases.Where(lease => lease.RunId == run.Id).ToListAsync(CancellationToken.None))
            (lease.RunId, lease.Since) = (null, null);
    }

    private static IQueryable<Run> FindEqualBaseline(IQueryable<Run> runs, string specHash) => runs
        .Where(run => run.SpecHash == specHash && run.BaselineTask != null && run.State != RunState.Failed && run.State != RunState.Stopped)
        .OrderByDescending(run => run.State == RunState.Finished).ThenByDescending(run => run.Id);

    internal async Task<IReadOnlyList<BaselineChoice>> EnsureBaselinesAsync(StudioContext context, Run joint)
    {
        if (joint.BaselineTask is not null) throw new InvalidInputException("id", $"Run {joint.Id} is itself a baseline: ask for those of its joint run");
        var choices = new List<BaselineChoice>();
        foreach (var wanted in BaselinePlanner.For(joint.ReadSpec()))
        {
            var task = wanted.Baseline!.Task;
            var equal = await FindEqualBaseline(context.Runs, SpecIdentity.Hash(wanted)).FirstOrDefaultAsync(CancellationToken.None);
            var baseline = equal ?? await AddAsync(context, wanted, $"baseline of run {joint.Id}", joint.Priority);
            var link = await context.RunBaselines.FindAsync(joint.Id, task) ?? context.RunBaselines.Add(new() { RunId = joint.Id, Task = task }).Entity;
            link.BaselineRunId = baseline.Id;
            choices.Add(new(task, baseline.Id, Reused: equal is not null));
        }
        return choices;
    }

    internal async Task<Run> AddAsync(StudioContext context, RunSpec spec, string cause, int priority, DateTimeOffset? at = null)
    {
        var now = at ?? clock.GetUtcNow();
        var run = new Run
        {
            Name = spec.Name,
            Note = spec.Note,
            State = RunState.Queued,
            StateReason = cause,
            CreatedAt = now,
            Priority = priority,
            QueueOrder = 1 + (await context.Runs.MaxAsync(other => (long?)other.QueueOrder, CancellationToken.None) ?? 0),
            SpecJson = JsonSerializer.Serialize(spec, WireJson.Compact),
            SpecHash = SpecIdentity.Hash(spec),
            DeviceKind = spec.Device.Kind,
            Policy = spec.Weighting.Name,
            ModelReference = spec.Model.Path,
            BaselineTask = spec.Baseline?.Task,
            TotalSteps = spec.Training.Steps,
            Tags = [.. spec.Tags.Distinct().Select(tag => new RunTag { Tag = tag })],
            Tasks = [.. spec.Tasks.Select((task, place) => new RunTask
            {
                Name = task.Name,
                ColorIndex = place,
                PrimaryMetric = RunSpecValidator.EffectivePrimaryMetric(task),
            })],
        };
        context.Runs.Add(run);
        // The id is needed at once, by the transition and by the caller's links.
        await context.SaveChangesAsync(CancellationToken.None);
        context.RunTransitions.Add(new() { RunId = run.Id, ToState = RunState.Queued, Time = now, Cause = cause });
        await SpecColumns.AddAsync(context, run.Id, spec);
        return run;
    }
}

/// <summary>The run that answers for one task, and whether it was there already.</summary>
public sealed record BaselineChoice(string Task, long RunId, bool Reused);

/// <summary>A run that was queued, with the runs that answer for its tasks where baselines were asked for.</summary>
public sealed record LaunchedRun(Run Run, IReadOnlyList<BaselineChoice> Baselines);
