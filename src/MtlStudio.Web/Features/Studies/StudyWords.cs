using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Studies;

/// <summary>A study in words.</summary>
public static class StudyWords
{
    public static string Title(string policy) => MethodCatalog.Find(MethodKind.Policy, policy)?.Title ?? policy;

    public static string Title(ShareStage stage) => stage switch { ShareStage.Reference => "Reference run", ShareStage.Proxy => "Proxy run", _ => "Final run" };

    /// <summary>What the run of a stage is for.</summary>
    public static string Does(ShareStage stage) => stage switch
    {
        ShareStage.Reference => "the spec as it is; its losses are what can be learned of each task by drawing as it does.",
        ShareStage.Proxy => "draws every task alike, and lets those count more whose losses still lie above the reference's. Its mean weights are the shares.",
        _ => "the spec drawn by the shares found, to be set beside the reference run.",
    };

    /// <summary>What a study of shares says first.</summary>
    public static string Sentence(ShareReport report)
    {
        if (!report.IsDone) return $"{report.Finished} of {report.Stages.Count} runs have finished{(report.Broken > 0 ? "; one failed, was stopped or deleted: Resume takes it up" : "")}.";
        var moved = report.Tasks.Where(task => task is { Before: > 0, Found: not null }).OrderByDescending(task => task.Found / task.Before).ToList();
        var most = moved.Count > 1 ? $"{moved[0].Task} is drawn {moved[0].Found / moved[0].Before:0.0#} times as often, {moved[^1].Task} {moved[^1].Found / moved[^1].Before:0.0#} times. " : "";
        return report.DeltaM is { Value: { } value } all
            ? $"{most}Δm beside the reference run: {Format.ScoreDelta(value, "points")} %{(all is { Low: { } low, High: { } high } ? $" [{Format.ScoreDelta(low, "points")}, {Format.ScoreDelta(high, "points")}]" : "")}.{(all is { Low: <= 0, High: >= 0 } ? " The interval holds zero: it may be chance." : "")}"
            : $"{most}There is no Δm: {report.DeltaM?.Reason ?? "the reference run is gone"}.";
    }

    public static string State(IReadOnlyList<Run> runs)
    {
        var (trains, waits) = (runs.Count(run => RunTransitions.IsActive(run.State)), runs.Count(run => run.State is RunState.Queued or RunState.Paused));
        var broken = runs.Count(run => run.State is RunState.Failed or RunState.Stopped);
        string[] parts = [trains > 0 ? $"{trains} train" : "", waits > 0 ? $"{waits} wait" : "", broken > 0 ? $"{broken} failed or stopped" : ""];
        return string.Join(", ", parts.Where(part => part.Length > 0)) is { Length: > 0 } text ? text : "finished";
    }

    /// <summary>A run's name within its study: without the study's own, where it begins with it.</summary>
    public static string Short(string study, string run) =>
        run.StartsWith(study, StringComparison.Ordinal) && run[study.Length..].TrimStart(' ', '·', ',') is { Length: > 0 } rest && rest.Length < run.Length - study.Length ? rest : run;

    /// <summary>The rate and the set of loss weights that stand for a policy.</summary>
    public static string Choice(StudyCandidate best) => $"{Format.Number(best.Rate)}{(best.LossWeights > 0 ? $", loss weights {best.LossWeights}" : "")}";

    /// <summary>What the study says first.</summary>
    public static string Sentence(StudyReport report)
    {
        var done = $"{report.Finished} of {report.Places.Count} runs have finished";
        var known = report.Lines.Where(line => line.DeltaM?.Value is not null).ToList();
        if (known.Count == 0) return report.Lines.FirstOrDefault(line => line.DeltaM?.Reason is not null) is { } without ? $"{done}. There is no Δm: {without.DeltaM!.Reason}." : $"{done}.";
        var best = known[0];
        var other = known.FirstOrDefault(line => line.Policy == "fixed" && line != best) ?? known.FirstOrDefault(line => line.Policy == "equal" && line != best);
        var chance = best.DeltaM is { Low: <= 0, High: >= 0 } ? " The interval holds zero: it may be chance." : "";
        return $"{(report.IsUnderWay ? $"{done}. So far best" : "Best")} by Δm: {Title(best.Policy)} {DeltaM(best)}{(other is null ? "" : $"; {(other.Policy == "fixed" ? "tuned fixed loss weights" : "equal weighting")} {DeltaM(other)}")}.{chance}";
    }

    /// <summary>"+1.9 % [+0.6, +3.1]".</summary>
    public static string DeltaM(PolicyLine line) => line.DeltaM is not { Value: { } value } found ? Format.Missing
        : $"{Format.ScoreDelta(value, "points")} %{(found is { Low: { } low, High: { } high } ? $" [{Format.ScoreDelta(low, "points")}, {Format.ScoreDelta(high, "points")}]" : "")}";
}
