namespace MtlStudio.Core.Catalog;

internal static class Policies
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Policy, Name = "equal", Title = "Equal",
            Summary = "Every task's loss counts the same.",
            Helps = "The reference for every other policy; start here.",
            Cost = "Nothing.", Formula = "L = Σ Lₖ",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "fixed", Title = "Fixed",
            Summary = "Each task's loss counts by the loss weight you give it.",
            Helps = "When you know which tasks matter more; tuned by a sweep it is a strong rival to every other policy.",
            Cost = "Nothing.", Formula = "L = Σ wₖ Lₖ, the loss weights scaled to sum K",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "uw", Title = "Uncertainty (UW)",
            Summary = "Learns how noisy each task is, and lets noisy tasks count less.",
            Helps = "When the losses differ much in scale, as translation beside classification.",
            Cost = "One number per task.", Formula = "L = Σ Lₖ / (2 e^sₖ) + sₖ / 2, sₖ learned",
            Paper = "Kendall, Gal, Cipolla 2018: Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics",
            Parameters =
            [
                Number("init", "Start of s", "Where every task's s begins; the loss weight is 1 / (2 eˢ).", -0.5, -10, 10),
                Choice("optimizer", "Optimizer of s", "How s follows its gradient.", "adam", "adam", "sgd"),
                Number("lr", "Rate of s", "Learning rate of s; independent of the model's.", 0.025, 0, 10, minExclusive: true),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "dwa", Title = "Dynamic weight average (DWA)",
            Summary = "Tasks whose loss falls slowly count more.",
            Helps = "When some tasks have long converged while others still learn.",
            Cost = "Nothing.", Formula = "w = K · softmax((L(t−1) / L(t−2)) / T), over windows of steps; ones for the first two",
            Paper = "Liu, Johns, Davison 2019: End-to-End Multi-Task Learning with Attention",
            Parameters =
            [
                Number("T", "Temperature", "High: nearly equal; low: all to the slowest task.", 2, 0, 1000, minExclusive: true),
                new()
                {
                    Name = "window", Type = ParameterType.Integer, Title = "Window", Unit = "steps", Default = 20, Min = 1, Max = 1_000_000,
                    Help = "Steps whose mean loss makes one L(t).",
                },
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "pcgrad", Title = "PCGrad", NeedsEveryTask = true,
            Summary = "Where two tasks' gradients pull apart, each loses the part that points against the other.",
            Helps = "When the cosines of some pairs are clearly below 0.",
            Cost = "One gradient row per task, and milliseconds a step.",
            Formula = "gᵢ ← gᵢ − (gᵢ·gⱼ / ‖gⱼ‖²) gⱼ where gᵢ·gⱼ < 0, j in random order, gⱼ the original; d = Σ gᵢ",
            Paper = "Yu, Kumar, Gupta, Levine, Hausman, Finn 2020: Gradient Surgery for Multi-Task Learning",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "mgda", Title = "MGDA", NeedsEveryTask = true,
            Summary = "The shortest vector in the convex hull of the task gradients: it lowers every task's loss, or stops.",
            Helps = "When no task may lose; it moves slowly when tasks pull apart.",
            Cost = "One gradient row per task, and milliseconds a step.",
            Formula = "min ‖Σ αₖ gₖ‖² over αₖ ≥ 0, Σ αₖ = 1; d = Σ αₖ gₖ",
            Paper = "Sener, Koltun 2018: Multi-Task Learning as Multi-Objective Optimization",
            Parameters =
            [
                Choice("normalization", "Normalization", "What each gradient is divided by before the search: nothing, its norm, the task's loss, or both.", "none", "none", "l2", "loss", "loss+"),
            ],
        },
    ];

    private static ParameterDescriptor Number(string name, string title, string help, double value, double min, double max, bool minExclusive = false) =>
        new() { Name = name, Type = ParameterType.Number, Title = title, Help = help, Default = value, Min = min, Max = max, MinExclusive = minExclusive };

    private static ParameterDescriptor Choice(string name, string title, string help, string value, params string[] choices) =>
        new() { Name = name, Type = ParameterType.Choice, Title = title, Help = help, Default = value, Choices = choices };
}
