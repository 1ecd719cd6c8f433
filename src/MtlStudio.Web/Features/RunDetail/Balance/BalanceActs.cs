using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>What the balance gives reason to test.</summary>
public static class BalanceActs
{
    /// <summary>A planned share below this part of an even one is called small.</summary>
    private const double Small = 0.5;

    /// <summary>What what is seen gives reason to test; at most a few, the strongest first.</summary>
    public static IReadOnlyList<SuggestedAct> Of(RunSnapshot now, IReadOnlyList<PairCosine> pairs, IReadOnlyList<TaskShare> shares)
    {
        var acts = new List<SuggestedAct>();
        var apart = pairs.Where(pair => pair is { IsClear: true, Mean: < 0 }).MinBy(pair => pair.Mean);
        if (apart is not null && OneFieldRun.MayTryPcGrad(now.Spec))
            acts.Add(Act(now, "Test PCGrad", $"{apart.First} and {apart.Second} pull apart: PCGrad takes from each gradient what goes against the other.", "weighting.name", "pcgrad"));
        if (apart is not null && MayShareLess(now.Spec))
            acts.Add(Act(now, "Give tasks adapters of their own", $"Beside the shared one each task gets its own, so that {apart.First} and {apart.Second} need not agree on everything.", "peft.options.sharing", "shared+task"));
        if (now.Spec.Weighting.Name != "equal" && now.Tasks.Count > 1)
            acts.Add(Act(now, "Test equal weighting", $"Shows what {now.Spec.Weighting.Name} is worth here.", "weighting.name", "equal"));
        if (now.Tasks.Count > 1 && now.Spec.Sampler.Name != "uniform" && shares.Where(row => row.Planned < Small / now.Tasks.Count).MinBy(row => row.Planned) is { } rare)
            acts.Add(Act(now, "Test uniform sampling", $"{rare.Task.Name} is drawn for {100 * rare.Planned:0.#} % of the examples: drawn as often as the others, it would show whether that holds it back.", "sampler.name", "uniform"));
        if (now.Spec.Telemetry.GradientEvery == 0 && now.Tasks.Count > 1)
            acts.Add(Act(now, "Record gradients", "A record every 10 steps shows which tasks pull apart.", "telemetry.gradientEvery", 10));
        if (now.Tasks.Count > 1)
        {
            acts.Add(new("Compare all policies", $"/studies/new?from={now.Run.Id}", "A study: each policy with the same rates on this mix, tuned fixed loss weights among them."));
            acts.Add(new("Find shares", $"/studies/shares/new?from={now.Run.Id}", "A study of three runs (DoReMi): how often each task should be drawn, by what its loss lies above a reference run's."));
            acts.Add(new("Tune fixed loss weights", $"/studies/new?from={now.Run.Id}&policies=equal&policies=fixed", "A study of equal weighting and sets of fixed loss weights: what any policy must beat."));
        }
        return acts;
    }

    /// <summary>Whether the adapter can be divided between tasks and is not yet.</summary>
    private static bool MayShareLess(RunSpec spec) => spec.Model.Adapter is null && MethodCatalog.Find(MethodKind.Peft, spec.Peft.Name) is { } method && method.Parameters.Any(parameter => parameter.Name == "sharing")
        && spec.Peft.Options.Text(MethodKind.Peft, spec.Peft.Name, "sharing") == "shared";

    private static SuggestedAct Act<T>(RunSnapshot now, string label, string why, string field, T value) => SuggestedAct.Differing(now.Run.Id, label, field, value, why);
}
