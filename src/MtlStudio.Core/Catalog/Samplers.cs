namespace MtlStudio.Core.Catalog;

internal static class Samplers
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Sampler, Name = "proportional", Title = "Proportional",
            Summary = "Each task is drawn as often as it has examples.",
            Helps = "When every example is worth the same; small tasks are then seen rarely.",
            Formula = "pₖ = nₖ / Σ n",
        },
        new()
        {
            Kind = MethodKind.Sampler, Name = "uniform", Title = "Uniform",
            Summary = "Each task is drawn equally often.",
            Helps = "When every task is worth the same; small tasks are then repeated often.",
            Formula = "pₖ = 1 / K",
        },
        new()
        {
            Kind = MethodKind.Sampler, Name = "temperature", Title = "Temperature",
            Summary = "Between proportional and uniform: small tasks are drawn more often than their size says.",
            Helps = "The usual choice for tasks of very different size.",
            Formula = "pₖ ∝ min(nₖ · scale, cap)^(1/T)",
            Paper = "Raffel et al. 2020: Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
            Parameters =
            [
                new() { Name = "T", Type = ParameterType.Number, Title = "Temperature", Help = "1 is proportional; the larger, the nearer to uniform.", Default = 2.0, Min = 1, Max = 1000 },
                new() { Name = "cap", Type = ParameterType.Number, Title = "Cap", Unit = "examples", Help = "No task counts as larger than this; empty: no cap.", Min = 0, MinExclusive = true, Max = 1e12 },
                new() { Name = "scale", Type = ParameterType.Number, Title = "Scale", Help = "Multiplies every size before the cap.", Default = 1.0, Min = 0, MinExclusive = true, Max = 1e6 },
            ],
        },
        new()
        {
            Kind = MethodKind.Sampler, Name = "explicit", Title = "Explicit",
            Summary = "Each task is drawn by the share you give it.",
            Helps = "When you know how often each task should be seen.",
            Formula = "pₖ = shareₖ / Σ share",
        },
    ];
}
