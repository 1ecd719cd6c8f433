using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>One joint run of a study.</summary>
/// <param name="Policy">Catalog name.</param>
/// <param name="LossWeights">The number of the set of fixed loss weights: 0 for the spec's own, and for all other policies.</param>
/// <param name="Rate">Peak learning rate.</param>
public sealed record StudyMember(string Policy, int LossWeights, double Rate, long Seed, RunSpec Spec);
