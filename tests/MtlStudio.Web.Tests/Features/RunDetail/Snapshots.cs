using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

/// <summary>Snapshots without a store, for what is computed from them alone.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <param name="baseline">Scores of a baseline of qa; null: there is none.</param>
    /// <param name="standing">How qa stands beside its baseline; null: not judged.</param>
    public static RunSnapshot Of(RunState state, EvaluationScore[]? scores = null, EvaluationScore[]? baseline = null, string? wait = null, TaskValue? standing = null)
    {
        var names = (scores ?? []).Select(score => score.Task).Distinct().DefaultIfEmpty("qa").ToList();
        return new()
        {
            Run = new Run { Id = 7, State = state, TotalSteps = 600, StartedAt = Start, EndedAt = Start.AddSeconds(200) },
            Spec = new(),
            Tasks = [.. names.Select((name, place) => new TaskInfo(new() { Name = name, ColorIndex = place, PrimaryMetric = "squad-f1" }, new(), "fraction"))],
            Series = [],
            Scores = new(scores ?? []),
            Checkpoints = [],
            Alarms = [],
            Transitions = [],
            Baselines = baseline is null ? [] : [new("qa", new Run { Id = 8 }, new(baseline))],
            WaitReason = wait,
            Standings = standing is null ? new Dictionary<Reference, Comparison>()
                : new() { [Reference.Baseline] = new(ReferenceChoice.Baseline, [new("qa", "squad-f1", true, "fraction", 0, [standing])], [], []) },
        };
    }
}
