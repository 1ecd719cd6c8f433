using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>A press that tests a change: New run with this run's spec and one field otherwise.</summary>
/// <param name="Why">What it would show.</param>
public sealed record BalanceAct(string Title, string Why, string Href)
{
    /// <summary>A planned share below this part of an even one is called small.</summary>
    private const double Small = 0.5;

    /// <summary>What what is seen gives reason to test; at most a few, the strongest first.</summary>
    public static IReadOnlyList<BalanceAct> Of(RunSnapshot now, IReadOnlyList<PairCosine> pairs, IReadOnlyList<TaskShare> shares)
    {
        var acts = new List<BalanceAct>();
        var apart = pairs.Where(pair => pair is { IsClear: true, Mean: < 0 }).MinBy(pair => pair.Mean);
        if (apart is not null && OneFieldRun.MayTryPcGrad(now.Spec))
            acts.Add(Act(now, "Test PCGrad", $"{apart.First} and {apart.Second} pull apart: PCGrad takes from each gradient what goes against the other.", "weighting.name", "pcgrad"));
        if (now.Spec.Weighting.Name != "equal" && now.Tasks.Count > 1)
            acts.Add(Act(now, "Test equal weighting", $"Shows what {now.Spec.Weighting.Name} is worth here.", "weighting.name", "equal"));
        if (now.Tasks.Count > 1 && now.Spec.Sampler.Name != "uniform" && shares.Where(row => row.Planned < Small / now.Tasks.Count).MinBy(row => row.Planned) is { } rare)
            acts.Add(Act(now, "Test uniform sampling", $"{rare.Task.Name} is drawn for {100 * rare.Planned:0.#} % of the examples: drawn as often as the others, it would show whether that holds it back.", "sampler.name", "uniform"));
        if (now.Spec.Telemetry.GradientEvery == 0 && now.Tasks.Count > 1)
            acts.Add(Act(now, "Record gradients", "A record every 10 steps shows which tasks pull apart.", "telemetry.gradientEvery", 10));
        return acts;
    }

    private static BalanceAct Act<T>(RunSnapshot now, string title, string why, string field, T value) =>
        new(title, why, OneFieldRun.Href(now.Run.Id, field, value));
}
