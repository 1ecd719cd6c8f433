using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Layout;

/// <summary>A press that opens a clone which differs in one field.</summary>
/// <param name="Title">What it would show.</param>
public sealed record SuggestedAct(string Label, string Href, string Title)
{
    /// <summary>What to try where a task is hurt, and what would tell where nothing can be told; null where there is nothing to press.</summary>
    /// <param name="spec">The run's; of several seeds, under the last of them.</param>
    /// <param name="besideBaseline">The verdict is one beside the task's single-task baseline.</param>
    public static SuggestedAct? Of(long run, RunSpec spec, bool besideBaseline, string task, TaskValue value) => value.Verdict switch
    {
        Verdict.Hurt when besideBaseline => Other(run, spec, task),
        Verdict.Unclear when value.Split == JudgedRun.Validation && !spec.Evaluation.Test => Differing(run, "Score the test split", "evaluation.test", true, "More examples would tell: the test split is not scored by this run"),
        Verdict.Unclear => Differing(run, "Add a seed", "seed", spec.Seed + 1, "One seed more would tell more: the same run under the next seed"),
        _ => null,
    };

    private static SuggestedAct Other(long run, RunSpec spec, string task)
    {
        if (OneFieldRun.MayTryPcGrad(spec))
            return Differing(run, "Test PCGrad", "weighting.name", "pcgrad", $"The same run under PCGrad: where {task}'s gradient pulls apart from another's, that part is taken out");
        if (spec.Sampler.Name != "uniform")
            return Differing(run, "Draw tasks alike", "sampler.name", "uniform", $"The same run with every task drawn as often, {task} too");
        return Differing(run, "Test learned loss weights", "weighting.name", "uw", $"The same run under uncertainty weighting, which learns how much {task} counts");
    }

    /// <summary>The run once more with one field otherwise.</summary>
    /// <param name="title">What it would show.</param>
    public static SuggestedAct Differing<T>(long run, string label, string field, T value, string title) => new(label, OneFieldRun.Href(run, field, value), title);
}
