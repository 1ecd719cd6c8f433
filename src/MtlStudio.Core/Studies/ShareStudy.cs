using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>
/// How often to draw each task, found by DoReMi (Xie et al. 2023): a reference run of the spec; a proxy run that draws evenly and weighs each task's loss by
/// what it lies above the reference's (group DRO); a final run that draws by the proxy's mean weights. Each run is queued when the one before it has finished.
/// </summary>
public sealed record ShareStudy
{
    /// <summary>The word of the field <c>kind</c>.</summary>
    public const string KindName = "doremi";

    /// <summary>First in the JSON, where a study's kind is told by.</summary>
    public string Kind { get; init; } = KindName;
    public string Name { get; init; } = "";
    public string? Note { get; init; }
    /// <summary>What all three runs have in common; the proxy has its own sampler and policy, the final run its own shares.</summary>
    public RunSpec Spec { get; init; } = new();
    /// <summary>η, the rate of the proxy's weights.</summary>
    public double Eta { get; init; } = 1;
    /// <summary>c, the share of the proxy's weight that is spread evenly in every step.</summary>
    public double Smoothing { get; init; } = 1e-4;
    /// <summary>Steps of the proxy; null: the spec's.</summary>
    public int? ProxySteps { get; init; }
}

/// <summary>The stages of a <see cref="ShareStudy"/>, in their order; the number is the run's place.</summary>
public enum ShareStage { Reference, Proxy, Final }
