using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>A kept mix: which version of which task, how often each is drawn and how much its loss counts, and the sampler. The policy is the run's.</summary>
public sealed record MixDefinition
{
    public IReadOnlyList<MixMember> Members { get; init; } = [];
    public MethodChoice Sampler { get; init; } = new("proportional");
}

/// <summary>One task of a mix.</summary>
public sealed record MixMember
{
    /// <summary>The kept task's number.</summary>
    public long Task { get; init; }
    /// <summary>Which of its versions; 0 stands for the newest when a mix is made, and is replaced by its number.</summary>
    public int Version { get; init; }
    /// <summary>How often it is drawn under the explicit sampler, relative to the others.</summary>
    public double Share { get; init; } = 1;
    /// <summary>How much its loss counts under the fixed policy, relative to the others.</summary>
    public double LossWeight { get; init; } = 1;
}
