using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>What users do with studies, for pages and API alike.</summary>
public sealed class StudyCommands(StudyStore studies, StudyReader reader, RunStore runs, RunCommands commands, RunMoves moves, RunDispatcher dispatcher, DataFolder data, ShareStudyCommands shares)
{
    /// <summary>Keeps the study and queues what does not stand yet: all of it or nothing.</summary>
    /// <exception cref="InvalidInputException">Every fault, by the study's field.</exception>
    public async Task<LaunchedStudy> LaunchAsync(PolicyStudy study, int priority = 0, CancellationToken cancellation = default)
    {
        if (priority is < -1000 or > 1000) throw new InvalidInputException("priority", $"Priority must be -1000 to 1000 (you gave {priority})");
        var plan = await PlanAsync(study, cancellation);
        // What was chosen by default is written down: a later catalog must not give the study other places.
        var settled = study with
        {
            Policies = [.. plan.Members.Select(member => member.Policy).Distinct()],
            Rates = [.. plan.Members.Select(member => member.Rate).Distinct()],
            LossWeights = plan.Members.Max(member => member.LossWeights),
        };
        return await AnnouncedAsync(await studies.CreateAsync(settled, plan, priority, cancellation), cancellation);
    }

    /// <summary>The study's runs, once its fields and all that it refers to are found sound.</summary>
    /// <exception cref="InvalidInputException">Every fault, by the study's field.</exception>
    public async Task<PolicyStudyPlan> PlanAsync(PolicyStudy study, CancellationToken cancellation = default)
    {
        var plan = await Task.Run(() => PolicyStudyPlan.Of(study), cancellation);
        var errors = await Task.Run(() => SpecReferences.Check(study.Spec, data), cancellation);
        return errors.Count == 0 ? plan : throw new InvalidInputException([.. errors.Select(error => error with { Field = $"spec.{error.Field}" })]);
    }

    /// <summary>Takes up what is missing: deleted runs are queued anew, failed and stopped ones go on from their checkpoints, paused ones too.</summary>
    /// <returns>How many runs were queued.</returns>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<int> ResumeAsync(long id, CancellationToken cancellation = default)
    {
        var row = await studies.GetAsync(id, cancellation);
        if (row.IsOfShares) return await shares.ResumeAsync(id, cancellation);
        var study = row.Read();
        var before = (await reader.RunsAsync(id, cancellation)).Select(run => run.Id).ToHashSet();
        await AnnouncedAsync(await studies.RefillAsync(id, await PlanAsync(study, cancellation), cancellation), cancellation);
        var all = await reader.RunsAsync(id, cancellation);
        var queued = all.Count(run => !before.Contains(run.Id) && run.State == RunState.Queued);
        foreach (var run in all)
        {
            if (run.State is RunState.Failed or RunState.Stopped) await commands.RetryAsync(run.Id, cancellation);
            else if (run.State == RunState.Paused) await commands.ResumeAsync(run.Id, cancellation);
            else continue;
            queued++;
        }
        return queued;
    }

    /// <summary>Stops what waits or trains and it queued itself; what has finished stays.</summary>
    /// <returns>How many runs were stopped.</returns>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<int> StopAsync(long id, CancellationToken cancellation = default)
    {
        await studies.GetAsync(id, cancellation);
        var open = (await OwnAsync(id, cancellation)).Where(run => !RunTransitions.IsEnded(run.State)).ToList();
        // The waiting ones first, or the next would begin when the first ends.
        foreach (var run in open.OrderBy(run => run.State != RunState.Queued)) await commands.StopAsync(run.Id, cancellation);
        return open.Count;
    }

    /// <summary>Deletes the study; with its runs too, those that it queued and nothing else has.</summary>
    /// <exception cref="StudyNotFoundException"/>
    /// <exception cref="RunStateException">The runs are to go, and one of them trains.</exception>
    public async Task DeleteAsync(long id, bool withRuns, CancellationToken cancellation = default)
    {
        var own = withRuns ? await OwnAsync(id, cancellation) : [];
        if (own.FirstOrDefault(run => RunTransitions.IsActive(run.State)) is { } active) throw new RunStateException(active.Id, active.State, $"Run {active.Id} of the study trains: stop the study first");
        await studies.DeleteAsync(id, cancellation);
        foreach (var run in own) await commands.DeleteAsync(run.Id, cancellation);
    }

    private async Task<IReadOnlyList<Run>> OwnAsync(long id, CancellationToken cancellation)
    {
        var own = await studies.OwnAsync(id, cancellation);
        return [.. (await reader.RunsAsync(id, cancellation)).Where(run => own.Contains(run.Id))];
    }

    private async Task<LaunchedStudy> AnnouncedAsync(LaunchedStudy launched, CancellationToken cancellation)
    {
        var made = launched.Runs.Where(one => !one.Reused).Select(one => one.Run.Id)
            .Concat(launched.Runs.SelectMany(one => one.Baselines).Where(one => !one.Reused).Select(one => one.RunId)).Distinct();
        foreach (var id in made)
        {
            moves.Announce(await runs.GetAsync(id, cancellation));
            dispatcher.Nudge();
        }
        return launched;
    }
}
