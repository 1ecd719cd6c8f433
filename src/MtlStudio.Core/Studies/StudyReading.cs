using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>A study of either kind: one of the two is there.</summary>
public sealed record AnyStudy(PolicyStudy? Policies, ShareStudy? Shares)
{
    public RunSpec Spec => Policies?.Spec ?? Shares!.Spec;
}

/// <summary>Reads studies from JSON text and says everything that is wrong with them at once.</summary>
public static class StudyReading
{
    /// <summary>The word of the field <c>kind</c> of a study of policies; also where it is left out.</summary>
    public const string Policies = "policies";

    private static readonly string[] OfPolicies = ["kind", "name", "note", "spec", "policies", "rates", "seeds", "lossWeights", "baselines"],
        OfShares = ["kind", "name", "note", "spec", "eta", "smoothing", "proxySteps"];

    /// <summary>Whether JSON text is meant to be a study and not a run's spec.</summary>
    public static bool IsStudy(string json)
    {
        try
        {
            return StudyFields.Parse(json) is var node && node["spec"] is JsonObject && node["tasks"] is null;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidInputException">Not JSON, or not a valid study; every fault is named, those of the spec as "spec.FIELD".</exception>
    public static AnyStudy Read(string json)
    {
        var node = StudyFields.Parse(json);
        if (node["kind"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String && kind.GetValue<string>() == ShareStudy.KindName) return new(null, ReadShares(new(node, OfShares)));
        var fields = new StudyFields(node, OfPolicies);
        // What else is wrong is told as of a study of policies.
        if (fields.Value<string>("kind", "a text") is { } other && other != Policies) fields.Fault("kind", $"There is no kind of study \"{other}\": give {Policies} or {ShareStudy.KindName}");
        return new(ReadPolicies(fields), null);
    }

    private static PolicyStudy ReadPolicies(StudyFields fields)
    {
        var spec = fields.Spec();
        return fields.Done(new PolicyStudy
        {
            Name = fields.Value<string>("name", "a text") ?? spec.Name, Note = fields.Value<string>("note", "a text"), Spec = spec, Policies = fields.List<string>("policies", "a list of policies' names") ?? [],
            Rates = fields.List<double>("rates", "a list of numbers") ?? [], Seeds = fields.Value<int?>("seeds", "a whole number") ?? 1, LossWeights = fields.Value<int?>("lossWeights", "a whole number"),
            Baselines = fields.Value<bool?>("baselines", "true or false") ?? true,
        });
    }

    private static ShareStudy ReadShares(StudyFields fields)
    {
        var (spec, plain) = (fields.Spec(), new ShareStudy());
        return fields.Done(new ShareStudy
        {
            Name = fields.Value<string>("name", "a text") ?? spec.Name, Note = fields.Value<string>("note", "a text"), Spec = spec, Eta = fields.Value<double?>("eta", "a number") ?? plain.Eta,
            Smoothing = fields.Value<double?>("smoothing", "a number") ?? plain.Smoothing, ProxySteps = fields.Value<int?>("proxySteps", "a whole number"),
        });
    }
}
