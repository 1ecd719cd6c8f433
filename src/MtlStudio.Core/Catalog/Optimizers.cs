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
            Parameters = [Rate(1e-3, "LoRA likes 1e-4 to 5e-3, full fine-tuning 1e-5 to 1e-3."), Decay(0.01, "Pulls parameters to 0 by lr · λ each step."), DecayNorms, Beta1(0.9), Beta2(0.999), Epsilon],
        },
        new()
        {
            Kind = MethodKind.Optimizer, Name = "adamw-8bit", Title = "AdamW, 8-bit state",
            Summary = "AdamW whose two running means are kept in 8 bits a number, block by block.",
            Helps = "Where the optimizer's state does not fit: it takes a quarter of AdamW's.",
            Cost = "Two bytes for each trained parameter; a step takes longer, for the state is unpacked and packed again.",
            Formula = "m, v kept as 8-bit codes of a dynamic map, times the largest of each block",
            Paper = "Dettmers et al. 2022: 8-bit Optimizers via Block-wise Quantization",
            Parameters = [Rate(1e-3, "As AdamW's."), Decay(0.01, "Pulls parameters to 0 by lr · λ each step."), DecayNorms, Beta1(0.9), Beta2(0.999), Epsilon],
        },
        new()
        {
            Kind = MethodKind.Optimizer, Name = "adafactor", Title = "Adafactor",
            Summary = "Keeps of a matrix's squared gradients only the means of its rows and columns.",
            Helps = "Full fine-tuning of large matrices with little memory.",
            Cost = "Rows plus columns of each matrix, instead of twice their product.",
            Formula = "v̂ = r cᵀ / mean(r);  u = g/√v̂ ÷ max(1, RMS(u)/d);  θ ← θ (1 − lr·λ) − lr · u",
            Paper = "Shazeer, Stern 2018: Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
            Parameters =
            [
                Rate(1e-3, "With scaled steps it is relative to a parameter's size."), Decay(0, "Pulls parameters to 0 by lr · λ each step."), DecayNorms,
                new() { Name = "scaleParameter", Type = ParameterType.Boolean, Title = "Scaled steps", Help = "Multiplies the rate by the size (root mean square) of each parameter, at least 0.001.", Default = false },
                new() { Name = "clipThreshold", Type = ParameterType.Number, Title = "Update clip d", Help = "Largest root mean square of a parameter's update before the rate.", Default = 1.0, Min = 0, MinExclusive = true, Max = 1000 },
                new() { Name = "decayRate", Type = ParameterType.Number, Title = "Memory growth", Help = "The memory of squared gradients at step t is 1 − t to this power.", Default = -0.8, Min = -2, Max = 0 },
            ],
        },
        new()
        {
            Kind = MethodKind.Optimizer, Name = "lion", Title = "Lion",
            Summary = "Steps of one size for every parameter: only the sign of a running mean counts.",
            Helps = "Half of AdamW's memory. Take a rate 3 to 10 times lower and a decay as much higher.",
            Cost = "One number for each trained parameter.",
            Formula = "u = sign(β₁ m + (1 − β₁) g);  θ ← θ (1 − lr·λ) − lr · u;  m ← β₂ m + (1 − β₂) g",
            Paper = "Chen et al. 2023: Symbolic Discovery of Optimization Algorithms",
            Parameters = [Rate(1e-4, "3 to 10 times lower than AdamW's."), Decay(0.1, "Pulls parameters to 0 by lr · λ each step."), DecayNorms, Beta1(0.9), Beta2(0.99, "Memory of the mean gradient that is kept.")],
        },
        new()
        {
            Kind = MethodKind.Optimizer, Name = "sgd", Title = "SGD",
            Summary = "Steps along the gradient, or along its running sum.",
            Helps = "As a plain reference; with a policy whose scale matters, for nothing hides it.",
            Cost = "One number for each trained parameter with momentum, none without.",
            Formula = "b ← μ b + g + λ θ;  θ ← θ − lr · b",
            Paper = "Sutskever et al. 2013: On the Importance of Initialization and Momentum in Deep Learning",
            Parameters =
            [
                Rate(0.05, "10 to 100 times higher than AdamW's."), Decay(0, "Adds λ · θ to the gradient."), DecayNorms,
                new() { Name = "momentum", Type = ParameterType.Number, Title = "Momentum μ", Help = "Memory of past gradients; 0: none.", Default = 0.9, Min = 0, Max = 1, MaxExclusive = true },
                new() { Name = "nesterov", Type = ParameterType.Boolean, Title = "Nesterov", Help = "Looks one step of momentum ahead.", Default = false },
            ],
        },
    ];

    private static ParameterDescriptor Rate(double value, string hint) => new()
    {
        Name = "lr", Type = ParameterType.Number, Title = "Learning rate", Help = "The highest rate of the schedule. " + hint, Default = value, Min = 0, MinExclusive = true, Max = 10,
    };

    private static ParameterDescriptor Decay(double value, string help) => new()
    {
        Name = "weightDecay", Type = ParameterType.Number, Title = "Weight decay", Help = help, Default = value, Min = 0, Max = 10,
    };

    private static ParameterDescriptor DecayNorms => new()
    {
        Name = "decayNorms", Type = ParameterType.Boolean, Title = "Decay norms and biases", Help = "Whether vectors (norms, biases) decay as matrices do.", Default = false,
    };

    private static ParameterDescriptor Beta1(double value) => new()
    {
        Name = "beta1", Type = ParameterType.Number, Title = "β₁", Help = "Memory of the mean gradient.", Default = value, Min = 0, Max = 1, MaxExclusive = true,
    };

    private static ParameterDescriptor Beta2(double value, string help = "Memory of the squared gradient.") => new()
    {
        Name = "beta2", Type = ParameterType.Number, Title = "β₂", Help = help, Default = value, Min = 0, Max = 1, MaxExclusive = true,
    };

    private static ParameterDescriptor Epsilon => new()
    {
        Name = "eps", Type = ParameterType.Number, Title = "ε", Help = "Added to the root, so that nothing is divided by 0.", Default = 1e-8, Min = 0, MinExclusive = true, Max = 1,
    };
}
