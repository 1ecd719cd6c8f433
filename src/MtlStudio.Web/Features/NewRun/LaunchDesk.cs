using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>What the page of a new run asks of the studio.</summary>
public sealed class LaunchDesk(RunCommands commands, RunStore store)
{
    /// <summary>Queues the run, and its single-task baselines where asked; equal ones that stand are reused.</summary>
    /// <returns>The run's number.</returns>
    /// <exception cref="InvalidInputException">The spec, or something it refers to, cannot be used; every fault by its field.</exception>
    public async Task<long> LaunchAsync(RunSpec spec, bool baselines)
    {
        var run = await commands.LaunchAsync(spec);
        if (baselines) await commands.EnsureBaselinesAsync(run.Id);
        return run.Id;
    }

    /// <summary>The spec of a run that stands, to begin a new one from; null where there is no such run.</summary>
    public async Task<RunSpec?> SpecOfAsync(long run) => (await store.FindOrNullAsync(run))?.ReadSpec();
}
