using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store.Judging;

namespace MtlStudio.Store;

/// <summary>One stage of a study of shares.</summary>
/// <param name="Run">Null before it is queued, and where it was deleted.</param>
/// <param name="Deleted">It was queued once and is gone.</param>
public sealed record ShareStageRun(ShareStage Stage, Run? Run, bool Deleted);

/// <summary>One task in a study of shares.</summary>
/// <param name="Before">Its share in the reference run, as planned; null before that has started.</param>
/// <param name="Found">Its share in the final run; null before that is queued.</param>
/// <param name="Value">The final run beside the reference run; null before both have finished, or where the task is not judged.</param>
public sealed record TaskShareChange(string Task, int ColorIndex, double? Before, double? Found, TaskComparison? Comparison, TaskValue? Value);

/// <summary>A study of shares as it stands.</summary>
/// <param name="DeltaM">Of the final run beside the reference run; null before both have finished.</param>
public sealed record ShareReport(Study Study, ShareStudy Plan, IReadOnlyList<ShareStageRun> Stages, IReadOnlyList<TaskShareChange> Tasks, RunDeltaM? DeltaM)
{
    public IReadOnlyList<Run> Runs => [.. Stages.Select(stage => stage.Run).OfType<Run>().DistinctBy(run => run.Id)];

    public Run? At(ShareStage stage) => Stages[(int)stage].Run;

    public int Finished => Stages.Count(stage => stage.Run?.State == RunState.Finished);

    public bool IsDone => At(ShareStage.Final)?.State == RunState.Finished;

    /// <summary>Runs that failed, were stopped or deleted, and that the study still needs: what a resume would take up.</summary>
    public int Broken => IsDone ? 0 : Stages.Count(stage => stage.Deleted || stage.Run is { State: RunState.Failed or RunState.Stopped });

    /// <summary>True while something may still come by itself.</summary>
    public bool IsUnderWay => !IsDone && Broken == 0;
}

/// <summary>Reads what a study of shares has found so far.</summary>
public sealed class ShareStudyReader(StudyStore studies, IDbContextFactory<StudioContext> contexts, Comparer comparer)
{
    /// <exception cref="StudyNotFoundException">There is none, or it is of another kind.</exception>
    public async Task<ShareReport> ReadAsync(long id, CancellationToken cancellation = default)
    {
        var study = await studies.GetAsync(id, cancellation);
        if (!study.IsOfShares) throw new StudyNotFoundException(id);
        var plan = study.ReadShares();
        var ids = study.Runs.Select(place => place.RunId).ToList();
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var runs = await context.Runs.AsNoTracking().Include(run => run.Tasks).Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, cancellation);
        var stages = Enum.GetValues<ShareStage>().Select(stage => study.Runs.FirstOrDefault(place => place.Place == (int)stage) is { } place
            ? new ShareStageRun(stage, runs.GetValueOrDefault(place.RunId), !runs.ContainsKey(place.RunId)) : new(stage, null, false)).ToList();
        var (reference, last) = (stages[(int)ShareStage.Reference].Run, stages[(int)ShareStage.Final].Run);
        var comparison = reference?.State == RunState.Finished && last?.State == RunState.Finished ? await comparer.CompareAsync([last.Id], ReferenceChoice.Pinned(reference.Id), cancellation) : null;
        var found = last is null ? null : SharesOf(last.ReadSpec());
        var before = reference?.Tasks.Where(task => task.TrainExamples > 0).ToDictionary(task => task.Name, task => task.PlannedShare) ?? [];
        var tasks = plan.Spec.Tasks.Select((task, k) =>
        {
            var judged = comparison?.Tasks.FirstOrDefault(one => one.Task == task.Name);
            return new TaskShareChange(task.Name, k, before.TryGetValue(task.Name, out var share) ? share : null, found?.GetValueOrDefault(task.Name), judged, judged?.Values[0]);
        }).ToList();
        return new(study, plan, stages, tasks, comparison?.DeltaM[0].Sound());
    }

    private static Dictionary<string, double> SharesOf(RunSpec spec)
    {
        var sum = spec.Tasks.Sum(task => task.Share);
        return spec.Tasks.ToDictionary(task => task.Name, task => task.Share / sum);
    }
}
