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
        new()
        {
            Kind = MethodKind.Sampler, Name = "unimax", Title = "UniMax",
            Summary = "As uniform as it can be while no task is seen more than so many times.",
            Helps = "Many tasks of which some are tiny: they are not repeated until they are learned by heart.",
            Formula = "nₖ ← min(passes · nₖ, what is left / tasks left), from the smallest task on; pₖ ∝ nₖ",
            Paper = "Chung et al. 2023: UniMax: Fairer and More Effective Language Sampling for Large-Scale Multilingual Pretraining",
            Parameters =
            [
                new() { Name = "passes", Type = ParameterType.Number, Title = "Most passes", Help = "How often each example of a task may be seen on average.", Default = 4.0, Min = 0, MinExclusive = true, Max = 1e6 },
            ],
        },
        new()
        {
            Kind = MethodKind.Sampler, Name = "annealed", Title = "Annealed temperature",
            Summary = "The temperature runs from one value to another in the course of the run.",
            Helps = "From low to high, large tasks lay the ground and small ones are seen more at the end, or the other way round.",
            Formula = "pₖ(s) ∝ nₖ^(1/T(s)), T in a straight line from start to end",
            Paper = "Stickland, Murray 2019: BERT and PALs: Projected Attention Layers for Efficient Adaptation in Multi-Task Learning",
            Parameters =
            [
                new() { Name = "startT", Type = ParameterType.Number, Title = "Temperature at the start", Help = "1 is proportional; the larger, the nearer to uniform.", Default = 1.0, Min = 1, Max = 1000 },
                new() { Name = "endT", Type = ParameterType.Number, Title = "Temperature at the end", Help = "Likewise.", Default = 5.0, Min = 1, Max = 1000 },
                new() { Name = "share", Type = ParameterType.Number, Title = "Length of the way", Help = "The share of the run's steps after which the end is reached.", Default = 1.0, Min = 0, MinExclusive = true, Max = 1 },
            ],
        },
        new()
        {
            Kind = MethodKind.Sampler, Name = "odm", Title = "Online data mixing (Exp3)",
            Summary = "A bandit draws tasks whose loss is high more often, and goes on trying all.",
            Helps = "Where no one knows how often each task should be seen. Shares cannot be planned, and baselines cannot replay the draws, for they follow the losses.",
            Formula = "π = (1 − Kε) softmax(ε R̂) + ε,  ε = min(1/K, √(ln K / (K t))),  R̂ₖ += loss / (10 πₖ)",
            Paper = "Albalak et al. 2023: Efficient Online Data Mixing for Language Model Pre-Training",
        },
    ];
}
