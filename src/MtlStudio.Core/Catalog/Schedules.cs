namespace MtlStudio.Core.Catalog;

internal static class Schedules
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Schedule, Name = "constant", Title = "Constant",
            Summary = "After the warm-up the rate stays.", Helps = "For short trials and comparisons.",
            Formula = "lr(s) = lr · min(1, s / warm-up)", Parameters = [Warmup],
        },
        new()
        {
            Kind = MethodKind.Schedule, Name = "linear", Title = "Linear",
            Summary = "After the warm-up the rate falls in a straight line.", Helps = "A safe default.",
            Formula = "lr(s) = lr · (min + (1 − min) · (S − s) / (S − warm-up))", Parameters = [Warmup, Floor],
        },
        new()
        {
            Kind = MethodKind.Schedule, Name = "cosine", Title = "Cosine",
            Summary = "After the warm-up the rate falls along half a cosine, once or several times.", Helps = "The usual choice for fine-tuning. Restarts give several good end points in one run.",
            Formula = "lr(s) = lr · (min + (1 − min) · ½ (1 + cos(π · (cycles · (s − warm-up) / (S − warm-up) mod 1))))",
            Paper = "Loshchilov, Hutter 2017: SGDR: Stochastic Gradient Descent with Warm Restarts",
            Parameters =
            [
                Warmup, Floor,
                new() { Name = "cycles", Type = ParameterType.Integer, Title = "Cycles", Default = 1, Min = 1, Max = 1000, Help = "How often the rate falls; each cycle begins at the highest rate again." },
            ],
        },
        new()
        {
            Kind = MethodKind.Schedule, Name = "polynomial", Title = "Polynomial",
            Summary = "After the warm-up the rate falls with a power of what is left.", Helps = "With power 2 the rate is low for longer than with a straight line.",
            Formula = "lr(s) = lr · (min + (1 − min) · ((S − s) / (S − warm-up))^power)",
            Parameters =
            [
                Warmup, Floor,
                new() { Name = "power", Type = ParameterType.Number, Title = "Power", Default = 1.0, Min = 0, MinExclusive = true, Max = 20, Help = "1 is linear; larger powers fall sooner." },
            ],
        },
        new()
        {
            Kind = MethodKind.Schedule, Name = "inverse-sqrt", Title = "Inverse square root",
            Summary = "After the warm-up the rate falls with the root of the step, and never ends.", Helps = "Where the number of steps is not known before, or a run is to be lengthened.",
            Formula = "lr(s) = lr · max(min, √(t / (s − warm-up + t)))",
            Paper = "Vaswani et al. 2017: Attention Is All You Need; Zhai et al. 2022: Scaling Vision Transformers",
            Parameters =
            [
                Warmup, Floor,
                new() { Name = "timescale", Type = ParameterType.Integer, Title = "Time scale", Unit = "steps", Min = 1, Max = 10_000_000, Help = "Steps t after the warm-up until the rate is down to 0.71 of the highest; empty: the warm-up's length (10,000 without one)." },
            ],
        },
        new()
        {
            Kind = MethodKind.Schedule, Name = "wsd", Title = "Warm-up, stable, decay",
            Summary = "The rate rises, stays for most of the run, and falls at its end.", Helps = "Any checkpoint of the stable part can be finished by a short fall, or trained on.",
            Formula = "lr(s) = lr · (1 until S − decay, then min + (1 − min) · f((s − S + decay) / decay))",
            Paper = "Hu et al. 2024: MiniCPM; Hägele et al. 2024: Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations",
            Parameters =
            [
                Warmup, Floor,
                new() { Name = "decayShare", Type = ParameterType.Number, Title = "Decay", Default = 0.2, Min = 0, Max = 1, Help = "The share of all steps in which the rate falls." },
                new() { Name = "decayShape", Type = ParameterType.Choice, Title = "Course of the decay", Default = "1-sqrt", Choices = ["linear", "cosine", "1-sqrt"], Help = "1-sqrt falls quickly at first and was found best." },
            ],
        },
    ];

    private static ParameterDescriptor Warmup => new()
    {
        Name = "warmupSteps", Type = ParameterType.Integer, Title = "Warm-up", Unit = "steps", Default = 20, Min = 0, Max = 10_000_000,
        Help = "The rate rises in a straight line over these first steps.",
    };

    private static ParameterDescriptor Floor => new()
    {
        Name = "minRatio", Type = ParameterType.Number, Title = "Lowest rate", Default = 0.0, Min = 0, Max = 1,
        Help = "Where the rate ends, as a share of the highest.",
    };
}
