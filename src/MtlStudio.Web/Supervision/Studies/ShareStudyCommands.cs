using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>What users do with studies of shares, and what leads them from stage to stage.</summary>
public sealed class ShareStudyCommands(ShareStudyStore studies, StudyReader reader, RunCommands commands, RunMoves moves, RunDispatcher dispatcher, DataFolder data)
{
    /// <summary>Keeps the study and queues its reference run; the others follow by themselves.</summary>
    /// <exception cref="InvalidInputException">Every fault, by the study's field.</exception>
    public async Task<LaunchedStudy> LaunchAsync(ShareStudy study, int priority = 0, CancellationToken cancellation = default)
    {
        if (priority is < -1000 or > 1000) throw new InvalidInputException("priority", $"Priority must be -1000 to 1000 (you gave {priority})");
        await CheckAsync(study, cancellation);
        var launched = await studies.CreateAsync(study, priority, cancellation);
        Announce(launched.Runs[0]);
        // A reference that stands already has a next stage at once.
        await AdvanceAsync(launched.Study.Id, refill: false, cancellation);
        return launched;
    }

    /// <summary>Nothing where the study may be launched.</summary>
    /// <exception cref="InvalidInputException">Every fault, by the study's field.</exception>
    public async Task CheckAsync(ShareStudy study, CancellationToken cancellation = default)
    {
        var errors = await Task.Run(() => ShareStudyPlan.Check(study), cancellation);
        if (errors.Count == 0) errors = [.. (await Task.Run(() => SpecReferences.Check(study.Spec, data), cancellation)).Select(error => error with { Field = $"spec.{error.Field}" })];
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    /// <summary>Queues every next run that may be queued.</summary>
    /// <returns>How many were queued.</returns>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<int> AdvanceAsync(long id, bool refill, CancellationToken cancellation = default)
    {
        var queued = 0;
        while (await studies.AdvanceAsync(id, run => FoundShares.Read(data.Run(run)), refill, cancellation) is { } next)
        {
            Announce(next);
            if (!next.Reused) queued++;
            if (next.Run.State != RunState.Finished) break;
        }
        return queued;
    }

    /// <summary>The same for every study that a finished run is a stage of.</summary>
    public async Task AdvanceAfterAsync(long run, CancellationToken cancellation)
    {
        foreach (var id in await studies.OfRunAsync(run, cancellation)) await AdvanceAsync(id, refill: false, cancellation);
    }

    /// <summary>The same for every study that is not at its end.</summary>
    public async Task AdvanceAllAsync(CancellationToken cancellation)
    {
        foreach (var id in await studies.OpenAsync(cancellation)) await AdvanceAsync(id, refill: false, cancellation);
    }

    /// <summary>Takes up what is missing: deleted runs that are still needed are queued anew, failed, stopped and paused ones go on from their checkpoints.</summary>
    /// <returns>How many runs were queued.</returns>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<int> ResumeAsync(long id, CancellationToken cancellation = default)
    {
        var queued = await AdvanceAsync(id, refill: true, cancellation);
        foreach (var run in await reader.RunsAsync(id, cancellation))
        {
            if (run.State is RunState.Failed or RunState.Stopped) await commands.RetryAsync(run.Id, cancellation);
            else if (run.State == RunState.Paused) await commands.ResumeAsync(run.Id, cancellation);
            else continue;
            queued++;
        }
        return queued;
    }

    private void Announce(StudyRunChoice choice)
    {
        if (choice.Reused) return;
        moves.Announce(choice.Run);
        dispatcher.Nudge();
    }
}
