using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Layout;

/// <summary>New run with a run's spec and one field otherwise: what a press opens that tests one change.</summary>
public static class OneFieldRun
{
    /// <param name="field">Its path in the spec, as "weighting.name".</param>
    public static string Href<T>(long run, string field, T value) => $"/new?from={run}&set={Uri.EscapeDataString($"{field}={JsonSerializer.Serialize(value, WireJson.Compact)}")}";

    /// <summary>Whether PCGrad would be a change that the spec bears: it wants every task in each step, unless told otherwise.</summary>
    public static bool MayTryPcGrad(RunSpec spec) => MethodCatalog.Find(MethodKind.Policy, spec.Weighting.Name) is { NeedsEveryTask: false }
        && (spec.Weighting.AllowSubset || RunSpecValidator.EffectiveAccumulation(spec) >= spec.Tasks.Count);
}
