using System.Globalization;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What would mend a run that failed: a retry meets the same step again where the spec is at fault.</summary>
public static class RunCures
{
    /// <summary>A rate that broke a run is lowered by so much.</summary>
    private const double Lower = 0.1;

    /// <summary>The likeliest first; empty where the spec gives no hint.</summary>
    public static IReadOnlyList<SuggestedAct> Of(Store.Run run, RunSpec spec, IReadOnlyList<Store.Alarm> alarms)
    {
        if (run.State != RunState.Failed || !alarms.Any(alarm => alarm.Kind == "non-finite-loss")) return [];
        var acts = new List<SuggestedAct>();
        var rate = spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr");
        if (double.IsFinite(rate) && rate > 0)
        {
            var lower = double.Parse((rate * Lower).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            acts.Add(Act(run, "Lower the learning rate", "optimizer.options.lr", lower, $"The same run at a tenth of the rate: {lower.ToString("G3", CultureInfo.InvariantCulture)} instead of {rate.ToString("G3", CultureInfo.InvariantCulture)}"));
        }
        if (spec.Training.ClipNorm == 0) acts.Add(Act(run, "Clip the gradient", "training.clipNorm", 1, "The same run with every step's gradient held to a norm of 1"));
        if (spec.Training.OnNonFinite == "stop") acts.Add(Act(run, "Skip such steps", "training.onNonFinite", "skip", "The same run, which leaves out steps whose loss is not finite: for data with a few broken examples"));
        return acts;
    }

    private static SuggestedAct Act<T>(Store.Run run, string label, string field, T value, string title) => SuggestedAct.Differing(run.Id, label, field, value, title);
}
