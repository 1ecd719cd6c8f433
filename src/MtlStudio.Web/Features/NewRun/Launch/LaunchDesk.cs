using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>What a launch would queue.</summary>
/// <param name="Runs">Joint runs: one a seed.</param>
/// <param name="New">Baselines to train, by task name; one entry a baseline.</param>
/// <param name="Reused">Baselines that stand already, or are on their way.</param>
/// <param name="Faults">Why baselines cannot be made; empty: they can.</param>
public sealed record LaunchPlan(int Runs, IReadOnlyList<string> New, int Reused, IReadOnlyList<FieldError> Faults)
{
    /// <summary>True where there is something to make or reuse.</summary>
    public bool HasBaselines => New.Count + Reused > 0;
}

/// <summary>What the page of a new run asks of the studio.</summary>
public sealed class LaunchDesk(RunCommands commands, IDbContextFactory<StudioContext> contexts)
{
    /// <summary>Queues the runs, and their single-task baselines where asked; equal ones that stand are reused.</summary>
    /// <returns>The first run's number.</returns>
    /// <exception cref="InvalidInputException">The spec, or something it refers to, cannot be used; every fault by its field.</exception>
    public async Task<IReadOnlyList<LaunchedRun>> LaunchAsync(RunSpec spec, int seeds, bool baselines) => await commands.LaunchAllAsync(spec, seeds, baselines);

    /// <summary>What the launch would queue, before it does; nothing is changed.</summary>
    public async Task<LaunchPlan> PlanAsync(RunSpec spec, int seeds)
    {
        if (BaselinePlanner.Check(spec) is { Count: > 0 } faults) return new(seeds, [], 0, faults);
        var wanted = SeedRuns.Of(spec, seeds).SelectMany(BaselinePlanner.For).Select(baseline => (Task: baseline.Baseline!.Task, Hash: SpecIdentity.Hash(baseline))).DistinctBy(one => one.Hash).ToList();
        var hashes = wanted.Select(one => one.Hash).ToList();
        await using var context = await contexts.CreateDbContextAsync();
        var standing = (await context.Runs.AsNoTracking()
            .Where(run => hashes.Contains(run.SpecHash) && run.BaselineTask != null && run.State != RunState.Failed && run.State != RunState.Stopped)
            .Select(run => run.SpecHash).ToListAsync()).ToHashSet();
        return new(seeds, [.. wanted.Where(one => !standing.Contains(one.Hash)).Select(one => one.Task)], wanted.Count(one => standing.Contains(one.Hash)), []);
    }
}
