namespace MtlStudio.Core.Catalog;

internal static class Optimizers
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Optimizer, Name = "adamw", Title = "AdamW",
            Summary = "Steps scaled by each parameter's own gradient history; decay apart from the gradient.",
            Helps = "The usual choice for language models.",
            Cost = "Two numbers for each trained parameter.",
            Formula = "θ ← θ (1 − lr·λ) − lr · m̂ / (√v̂ + ε)",
            Paper = "Loshchilov, Hutter 2019: Decoupled Weight Decay Regularization",
            Parameters =
            [
                new() { Name = "lr", Type = ParameterType.Number, Title = "Learning rate", Help = "The highest rate of the schedule. LoRA likes 1e-4 to 5e-3, full fine-tuning 1e-5 to 1e-3.", Default = 1e-3, Min = 0, MinExclusive = true, Max = 10 },
                new() { Name = "weightDecay", Type = ParameterType.Number, Title = "Weight decay", Help = "Pulls parameters to 0 by lr · λ each step.", Default = 0.01, Min = 0, Max = 10 },
                new() { Name = "decayNorms", Type = ParameterType.Boolean, Title = "Decay norms and biases", Help = "Whether vectors (norms, biases) decay as matrices do.", Default = false },
                new() { Name = "beta1", Type = ParameterType.Number, Title = "β₁", Help = "Memory of the mean gradient.", Default = 0.9, Min = 0, Max = 1, MaxExclusive = true },
                new() { Name = "beta2", Type = ParameterType.Number, Title = "β₂", Help = "Memory of the squared gradient.", Default = 0.999, Min = 0, Max = 1, MaxExclusive = true },
                new() { Name = "eps", Type = ParameterType.Number, Title = "ε", Help = "Added to the root, so that nothing is divided by 0.", Default = 1e-8, Min = 0, MinExclusive = true, Max = 1 },
            ],
        },
    ];
}
