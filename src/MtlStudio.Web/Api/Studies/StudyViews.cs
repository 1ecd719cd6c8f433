using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Api.Studies;

/// <param name="Runs">Joint runs queued.</param>
/// <param name="Reused">Joint runs that stood already, or were on their way.</param>
/// <param name="Baselines">Single-task baselines queued.</param>
public sealed record StudyAnswer(long Id, string Name, int Runs, int Reused, int Baselines);

/// <param name="Runs">That were moved.</param>
public sealed record StudyMoved(long Id, int Runs);

/// <summary>One line of the list of studies.</summary>
/// <param name="Runs">All runs, baselines too.</param>
/// <param name="Kind">"policies" or "doremi".</param>
public sealed record StudySummary(long Id, string Kind, string Name, string? Note, long CreatedAt, int Runs, int Finished, int UnderWay)
{
    internal static StudySummary Of(Study study, IReadOnlyList<Run> runs) => new(study.Id, study.IsOfShares ? ShareStudy.KindName : StudyReading.Policies, study.Name, study.Note, study.CreatedAt.ToUnixTimeMilliseconds(),
        runs.Count, runs.Count(run => run.State == RunState.Finished), runs.Count(run => !RunTransitions.IsEnded(run.State)));
}

/// <summary>One joint run of a study.</summary>
/// <param name="RunId">Null where the run was deleted.</param>
/// <param name="Score">Validation's unified score, of a finished run.</param>
public sealed record StudyMemberView(string Policy, int LossWeights, double Rate, long Seed, long? RunId, RunState? State, int Step, double? Score, double? SecondsPerStep);

/// <summary>One task of a policy's best candidate beside the reference, in the metric's unit.</summary>
public sealed record StudyTaskView(string Task, string Metric, bool HigherIsBetter, double? Value, double? ReferenceValue, double? Delta, double? Low, double? High, Core.Analysis.Verdict? Verdict, string? Reason);

/// <summary>What the study says of one policy.</summary>
/// <param name="Rate">Of the candidate that validation chose.</param>
/// <param name="LossWeights">The number of its set of fixed loss weights; 0: the spec's own.</param>
/// <param name="AtEdge">The chosen rate lies at an end of the grid.</param>
/// <param name="Validation">Its mean unified score on validation.</param>
/// <param name="DeltaM">Percent, positive when better.</param>
public sealed record StudyPolicyView(
    string Policy, int RunsFinished, int RunsPlanned, double? Rate, int? LossWeights, bool AtEdge, double? Validation, IReadOnlyList<long> Runs, double? DeltaM, double? DeltaMLow, double? DeltaMHigh, string? Reason,
    double? SecondsPerStep, IReadOnlyList<StudyTaskView> Tasks);

/// <summary>One task of a study of shares.</summary>
/// <param name="Before">Its share in the reference run; null before that has started.</param>
/// <param name="Found">Its share in the final run; null before that is queued.</param>
/// <param name="Delta">The final run beside the reference run, in the metric's unit.</param>
public sealed record StudyShareView(string Task, double? Before, double? Found, string? Metric, bool? HigherIsBetter, double? Value, double? ReferenceValue, double? Delta, double? Low, double? High, Core.Analysis.Verdict? Verdict, string? Reason);

/// <summary>What a study of shares says of all tasks together.</summary>
/// <param name="DeltaM">Percent, positive when the final run is better than the reference run.</param>
public sealed record StudySharesView(ShareStudy Study, IReadOnlyList<StudyShareView> Tasks, double? DeltaM, double? DeltaMLow, double? DeltaMHigh, string? Reason);

/// <summary>A study as it stands.</summary>
/// <param name="Kind">"policies" or "doremi".</param>
/// <param name="Study">Of a study of policies; else null.</param>
/// <param name="Members">Of a study of shares: its stages (reference, proxy, final) so far, named in policy.</param>
/// <param name="Shares">Of a study of shares; else null.</param>
public sealed record StudyView(
    long Id, string Kind, string Name, string? Note, long CreatedAt, PolicyStudy? Study, string Reference, int Finished, int Broken, bool UnderWay, IReadOnlyList<StudyMemberView> Members, IReadOnlyList<long> Baselines, IReadOnlyList<StudyPolicyView> Policies, StudySharesView? Shares)
{
    internal static StudyView Of(ShareReport report) => new(
        report.Study.Id, ShareStudy.KindName, report.Study.Name, report.Study.Note, report.Study.CreatedAt.ToUnixTimeMilliseconds(), null, report.At(ShareStage.Reference)?.Id.ToString(CultureInfo.InvariantCulture) ?? "",
        report.Finished, report.Broken, report.IsUnderWay,
        [.. report.Stages.Where(stage => stage.Run is not null || stage.Deleted).Select(stage => new StudyMemberView(stage.Stage.ToString().ToLowerInvariant(), 0, report.Study.Runs.Single(place => place.Place == (int)stage.Stage).Rate, report.Plan.Spec.Seed,
            stage.Run?.Id, stage.Run?.State, stage.Run?.Step ?? 0, stage.Run is { State: RunState.Finished } finished ? finished.UnifiedScore : null, null))], [], [],
        new(report.Plan, [.. report.Tasks.Select(Of)], report.DeltaM?.Value, report.DeltaM?.Low, report.DeltaM?.High, report.DeltaM?.Reason));

    private static StudyShareView Of(TaskShareChange task) => new(task.Task, task.Before, task.Found, task.Comparison?.Metric, task.Comparison?.HigherIsBetter,
        task.Value?.Value, task.Value?.ReferenceValue, task.Value?.Delta, task.Value?.Low, task.Value?.High, task.Value?.Verdict, task.Value?.Reason);

    internal static StudyView Of(StudyReport report) => new(
        report.Study.Id, StudyReading.Policies, report.Study.Name, report.Study.Note, report.Study.CreatedAt.ToUnixTimeMilliseconds(), report.Plan, report.Reference.ToString(), report.Finished, report.Broken, report.IsUnderWay,
        [.. report.Places.Select(place => new StudyMemberView(place.Place.Policy, place.Place.LossWeights, place.Place.Rate, place.Place.Seed, place.Run?.Id, place.Run?.State, place.Run?.Step ?? 0, place.Score, place.SecondsPerStep))],
        [.. report.Baselines.Select(run => run.Id)], [.. report.Lines.Select(line => Of(line, report.Tasks))], null);

    private static StudyPolicyView Of(PolicyLine line, IReadOnlyList<TaskComparison> tasks) => new(
        line.Policy, line.RunsFinished, line.RunsPlanned, line.Best?.Rate, line.Best?.LossWeights, line.IsAtEdge, line.Best?.Mean, line.Runs, line.DeltaM?.Value, line.DeltaM?.Low, line.DeltaM?.High, line.DeltaM?.Reason, line.SecondsPerStep,
        [.. line.Values.Select((value, i) => new StudyTaskView(tasks[i].Task, tasks[i].Metric, tasks[i].HigherIsBetter, value.Value, value.ReferenceValue, value.Delta, value.Low, value.High, value.Verdict, value.Reason))]);
}

/// <summary>What a study would queue and take.</summary>
/// <param name="Runs">Joint runs to train.</param>
/// <param name="Seconds">Of all that is to be trained, one after another; null before a run has finished on that kind of device.</param>
/// <param name="PaceOf">The run that the time is judged by.</param>
/// <param name="LeftOut">Policies that the spec does not bear, with the reason.</param>
public sealed record StudyPlanView(int Runs, int Reused, int Baselines, int BaselinesReused, double? Seconds, long? PaceOf, IReadOnlyList<string> Policies, IReadOnlyList<double> Rates, IReadOnlyList<long> Seeds, IReadOnlyList<LeftOutPolicy> LeftOut)
{
    internal static StudyPlanView Of(PolicyStudyPlan plan, StudyCost cost) => new(cost.Runs, cost.Reused, cost.Baselines, cost.BaselinesReused, cost.Time?.TotalSeconds, cost.Pace,
        [.. plan.Members.Select(member => member.Policy).Distinct()], [.. plan.Members.Select(member => member.Rate).Distinct()], [.. plan.Members.Select(member => member.Seed).Distinct()], plan.LeftOut);

    internal static StudyPlanView Of(ShareStudy study, StudyCost cost) => new(cost.Runs, cost.Reused, 0, 0, cost.Time?.TotalSeconds, cost.Pace, [], [], [study.Spec.Seed], []);
}
