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
            Summary = "After the warm-up the rate falls along half a cosine.", Helps = "The usual choice for fine-tuning.",
            Formula = "lr(s) = lr · (min + (1 − min) · ½ (1 + cos(π (s − warm-up) / (S − warm-up))))", Parameters = [Warmup, Floor],
            Paper = "Loshchilov, Hutter 2017: SGDR: Stochastic Gradient Descent with Warm Restarts",
        },
    ];

    private static ParameterDescriptor Warmup => new()
    {
        Name = "warmupSteps", Type = ParameterType.Integer, Title = "Warm-up", Unit = "steps", Default = 20, Min = 0, Max = 10_000_000,
        Help = "The rate rises in a straight line from 0 over these first steps.",
    };

    private static ParameterDescriptor Floor => new()
    {
        Name = "minRatio", Type = ParameterType.Number, Title = "Lowest rate", Default = 0.0, Min = 0, Max = 1,
        Help = "Where the rate ends, as a share of the highest.",
    };
}
