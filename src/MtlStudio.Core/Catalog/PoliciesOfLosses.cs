using static MtlStudio.Core.Catalog.Policies;

namespace MtlStudio.Core.Catalog;

/// <summary>Policies that know the tasks' losses and nothing of their gradients.</summary>
internal static class PoliciesOfLosses
{
    private const string RowEach = "One gradient row per task, and nothing else.";

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
                .. LearnedBy("s", 0.025),
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
                Integer("window", "Window", "Steps whose mean loss makes one L(t).", 20, 1, 1_000_000, "steps"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "rlw", Title = "Random loss weighting (RLW)",
            Summary = "Every step draws its loss weights at random.",
            Helps = "As a control: what a cleverer policy must beat.",
            Cost = "Nothing.", Formula = "w = softmax(z), zₖ standard normal, drawn anew in each step",
            Paper = "Lin, Ye, Zhang, Tsang 2022: Reasonable Effectiveness of Random Weighting",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "gls", Title = "Geometric loss (GLS)", NeedsStepLosses = true,
            Summary = "Lowers the product of the losses instead of their sum.",
            Helps = "When losses differ in scale and every relative gain is worth the same.",
            Cost = RowEach, Formula = "L = (Π Lₖ)^(1/K)",
            Paper = "Chennupati, Sistu, Yogamani, Rawashdeh 2019: MultiNet++",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "log-loss", Title = "Log-loss (SI)", NeedsStepLosses = true,
            Summary = "Lowers the sum of the losses' logarithms, so that their scale drops out.",
            Helps = "When losses differ in scale; a task that is nearly solved then weighs much.",
            Cost = RowEach, Formula = "L = Σ ln Lₖ",
            Paper = "Navon et al. 2022, §5: the scale-invariant baseline of Multi-Task Learning as a Bargaining Game",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "imtl-l", Title = "Impartial losses (IMTL-L)",
            Summary = "Learns a factor for each loss that brings all losses to the same size.",
            Helps = "When losses differ in scale; smoother than log-loss.",
            Cost = "One number per task.", Formula = "L = Σ e^sₖ Lₖ − sₖ, sₖ learned",
            Paper = "Liu et al. 2021: Towards Impartial Multi-task Learning",
            Parameters =
            [
                Number("init", "Start of s", "Where every task's s begins; the loss weight is eˢ.", 0, -10, 10),
                .. LearnedBy("s", 0.025),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "stch", Title = "Smooth Tchebycheff (STCH)", NeedsStepLosses = true,
            Summary = "Lowers a smooth maximum of the losses, each against a level it had early in the run.",
            Helps = "When the task that is worst off matters most.",
            Cost = RowEach, Formula = "L = K · μ · logsumexp(ln(Lₖ / nadirₖ) / μ); during the warm-up Σ ln Lₖ",
            Paper = "Lin et al. 2024: Smooth Tchebycheff Scalarization for Multi-Objective Optimization",
            Parameters =
            [
                Number("mu", "Smoothness μ", "Small: the worst task alone; large: nearly the sum of logarithms.", 1, 0, 1000, minExclusive: true),
                Integer("warmup", "Warm-up", "The window, from 0, whose mean losses are the nadir; it begins right after.", 4, 0, 100_000, "windows"),
                Integer("steps_per_window", "Window", "Steps in a window.", 10, 1, 1_000_000, "steps"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "famo", Title = "FAMO", NeedsStepLosses = true, ExtraPasses = 1.0 / 3,
            Summary = "Lowers all losses at about the same relative pace, without task gradients.",
            Helps = "When gradient policies cost too much and some tasks lag behind.",
            Cost = "One more forward pass a step, and one gradient row per task.",
            Formula = "z = softmax(ξ); step on Σ zₖ ln(Lₖ − bₖ), scaled to sum 1; ξ follows δ = ln L before − ln L after",
            Paper = "Liu, Feng, Stone, Liu 2023: FAMO, Fast Adaptive Multitask Optimization",
            Parameters =
            [
                Number("lr", "Rate of ξ", "Learning rate of the task logits (Adam).", 0.025, 0, 10, minExclusive: true),
                Number("weight_decay", "Decay of ξ", "Pulls the logits back to equal.", 0.001, 0, 10),
                Number("min_losses", "Least loss", "The least loss that any task can reach.", 0, 0, 1e6),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "group-dro", Title = "Group DRO", NeedsStepLosses = true, ReadsReference = true,
            Summary = "Tasks whose loss is high count more and more: it lowers the worst task's loss, or what it lies above a reference run's.",
            Helps = "When no task may be left behind. With a reference run it is DoReMi's proxy, whose mean weights are the shares that a study of shares draws by.",
            Cost = RowEach,
            Formula = "αₖ ← (1 − c) softmax(ln α + η λ)ₖ + c / K; λₖ = Lₖ, or the mean a token of max(ℓ − ℓ_reference, 0); L = Σ αₖ Lₖ",
            Paper = "Sagawa et al. 2020: Distributionally Robust Neural Networks for Group Shifts; Xie et al. 2023: DoReMi, Optimizing Data Mixtures Speeds Up Language Model Pretraining",
            Parameters =
            [
                Number("eta", "Rate of the weights η", "How fast the weights follow the losses; DoReMi has 1.", 0.01, 0, 1000, minExclusive: true),
                Number("smoothing", "Smoothing c", "The share of weight that is spread evenly in every step, so that no task is lost.", 1e-4, 0, 1, maxExclusive: true),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "coba", Title = "CoBa", ReadsPolicySplit = true, ExtraPasses = 1.0 / 3,
            Summary = "Balances convergence by the slopes of held-out losses: slow tasks count more, tasks that begin to overfit less.",
            Helps = "When tasks converge at different times and small ones overfit.",
            Cost = "One forward pass on each task's policy split a record.",
            Formula = "w = softmax(K (DF · RCS + (1 − DF) · ACS)), from least-squares slopes of held-out loss ratios",
            Paper = "Gong et al. 2024: CoBa, Convergence Balancer for Multitask Finetuning of Large Language Models",
            Parameters =
            [
                Number("tau", "Temperature τ", "How sharply the divergence factor reacts.", 5, 0, 1000),
                Integer("warmup", "Warm-up", "Records with equal loss weights.", 100, 1, 1_000_000, "records"),
                Integer("history", "History", "Records that a slope is fitted to.", 200, 2, 100_000, "records"),
                Integer("every", "Record every", "Steps between two records of held-out loss.", 1, 1, 1_000_000, "steps"),
            ],
        },
    ];
}
