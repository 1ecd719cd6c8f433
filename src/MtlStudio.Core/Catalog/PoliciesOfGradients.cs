using static MtlStudio.Core.Catalog.Policies;

namespace MtlStudio.Core.Catalog;

/// <summary>Policies that work on the tasks' gradients, nearly all of them through the Gram matrix alone.</summary>
internal static class PoliciesOfGradients
{
    private const string Milliseconds = "One gradient row per task, and milliseconds a step.";

    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Policy, Name = "gradnorm", Title = "GradNorm", NeedsEveryTask = true,
            Summary = "Learns loss weights that give tasks gradients of like size, larger for those that are behind.",
            Helps = "When some tasks' gradients drown the others'.",
            Cost = Milliseconds, Formula = "w = K · softmax(logits), minimizing Σ |wₖ‖gₖ‖ − mean · rₖ^α|, rₖ = (Lₖ / Lₖ(0)) / mean",
            Paper = "Chen, Badrinarayanan, Lee, Rabinovich 2018: GradNorm",
            Parameters =
            [
                Number("alpha", "Asymmetry α", "How strongly a task that is behind pulls; 0: gradients of equal size.", 1.5, 0, 10),
                .. LearnedBy("the logits", 0.025),
                Integer("window", "First window", "Steps whose mean loss is L(0); nothing is learned before.", 20, 1, 1_000_000, "steps"),
                Number("floor", "Floor", "No task's loss weight falls below this.", 0, 0, 1, maxExclusive: true),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "pcgrad", Title = "PCGrad", NeedsEveryTask = true,
            Summary = "Where two tasks' gradients pull apart, each loses the part that points against the other.",
            Helps = "When the cosines of some pairs are clearly below 0.",
            Cost = Milliseconds,
            Formula = "gᵢ ← gᵢ − (gᵢ·gⱼ / ‖gⱼ‖²) gⱼ where gᵢ·gⱼ < 0, j in random order, gⱼ the original; d = Σ gᵢ",
            Paper = "Yu, Kumar, Gupta, Levine, Hausman, Finn 2020: Gradient Surgery for Multi-Task Learning",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "gradvac", Title = "Gradient vaccine (GradVac)", NeedsEveryTask = true,
            Summary = "Turns gradients towards each other until a pair's cosine is what it has been on average.",
            Helps = "When related tasks should pull together more than they do.",
            Cost = Milliseconds,
            Formula = "where φᵢⱼ < ρᵢⱼ: gᵢ ← gᵢ + gⱼ · ‖gᵢ‖(ρ√(1−φ²) − φ√(1−ρ²)) / (‖gⱼ‖√(1−ρ²)); ρ ← (1−β)ρ + βφ",
            Paper = "Wang, Tsvetkov, Firat, Cao 2021: Gradient Vaccine",
            Parameters =
            [
                Number("beta", "Rate β", "How fast the target cosines follow those met.", 0.5, 0, 1),
                Number("eps", "ε", "Added in the denominators; the references use 1e-8, which changes the result where gradients are small.", 0, 0, 1),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "mgda", Title = "MGDA", NeedsEveryTask = true,
            Summary = "The shortest vector in the convex hull of the task gradients: it lowers every task's loss, or stops.",
            Helps = "When no task may lose; it moves slowly when tasks pull apart.",
            Cost = Milliseconds,
            Formula = "min ‖Σ αₖ gₖ‖² over αₖ ≥ 0, Σ αₖ = 1; d = Σ αₖ gₖ",
            Paper = "Sener, Koltun 2018: Multi-Task Learning as Multi-Objective Optimization",
            Parameters =
            [
                Choice("normalization", "Normalization", "What each gradient is divided by before the search: nothing, its norm, the task's loss, or both.", "none", "none", "l2", "loss", "loss+"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "cagrad", Title = "CAGrad", NeedsEveryTask = true,
            Summary = "Near the mean gradient, the direction whose worst task gains most.",
            Helps = "When the mean gradient is nearly right but leaves one task behind.",
            Cost = Milliseconds,
            Formula = "d = g₀ + c‖g₀‖ g_w / ‖g_w‖, w on the simplex minimizing g_w·g₀ + c‖g₀‖‖g_w‖, g₀ the mean",
            Paper = "Liu, Liu, Jin, Stone, Liu 2021: Conflict-Averse Gradient Descent for Multi-task Learning",
            Parameters =
            [
                Number("c", "Radius c", "How far the direction may leave the mean gradient; 0: not at all. From 1 on the mean loss need not fall.", 0.5, 0, 10),
                new()
                {
                    Name = "rescale", Type = ParameterType.Integer, Title = "Rescale", Default = 0, Min = 0, Max = 2,
                    Help = "0: the paper's length; 1: divided by 1 + c² (LibMTL's default); 2: divided by 1 + c.",
                },
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "imtl-g", Title = "Impartial gradients (IMTL-G)", NeedsEveryTask = true,
            Summary = "The combination with equal projections on every task's unit gradient.",
            Helps = "When large gradients drown small ones.",
            Cost = Milliseconds, Formula = "d · gₖ / ‖gₖ‖ equal for every k, Σ αₖ = 1",
            Paper = "Liu et al. 2021: Towards Impartial Multi-task Learning",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "nash-mtl", Title = "Nash-MTL", NeedsEveryTask = true,
            Summary = "The bargain in which every task gains alike in proportion, whatever its gradient's size.",
            Helps = "When gradients differ in size and pull apart.",
            Cost = Milliseconds, Formula = "G α = 1/α; d = Σ αₖ gₖ, clipped to the norm given (unclipped ‖d‖ = √K)",
            Paper = "Navon et al. 2022: Multi-Task Learning as a Bargaining Game",
            Parameters =
            [
                Number("max_norm", "Norm clip", "Largest norm of the combined gradient; 0: no clip.", 1, 0, 1e6),
                Integer("update_weights_every", "Update every", "Steps that a bargain is kept for.", 1, 1, 100_000, "steps"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "aligned-mtl", Title = "Aligned-MTL", NeedsEveryTask = true,
            Summary = "Replaces the task gradients by the nearest ones that are orthogonal and of equal length.",
            Helps = "When both conflicts and unequal sizes disturb the step.",
            Cost = Milliseconds, Formula = "α = √σ · V Λ^(−1/2) Vᵀ w, G = V Λ Vᵀ, σ the smallest eigenvalue over 0",
            Paper = "Senushkin, Patakin, Kuznetsov, Konushin 2023: Independent Component Alignment for Multi-Task Learning",
            Parameters =
            [
                Choice("scale_mode", "Length", "Which eigenvalue the gradients are brought to: the smallest, the median, or the mean.", "min", "min", "median", "rmse"),
                Choice("w", "Preference", "1/K gives a mean (TorchJD), 1 a sum (LibMTL).", "1/K each", "1/K each", "1 each"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "fairgrad", Title = "FairGrad", NeedsEveryTask = true,
            Summary = "α-fair shares of the gain: from proportional fairness towards the task that gains least.",
            Helps = "When Nash-MTL is right in kind but should favor the weak more.",
            Cost = Milliseconds, Formula = "G w = w^(−1/α); d = Σ wₖ gₖ",
            Paper = "Ban, Ji 2024: Fair Resource Allocation in Multi-Task Learning",
            Parameters = [Number("alpha", "Fairness α", "1: proportional fairness (Nash-MTL unclipped); larger: the task that gains least counts more.", 1, 0, 100, minExclusive: true)],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "upgrad", Title = "UPGrad", NeedsEveryTask = true,
            Summary = "Projects each task's gradient so that it harms no other task, then takes the mean.",
            Helps = "When no task may lose and small gradients should keep their part.",
            Cost = Milliseconds, Formula = "d = Σ projection of gₖ/K on {d : gᵢ·d ≥ 0 for every i}",
            Paper = "Quinton, Rey 2024: Jacobian Descent for Multi-Objective Optimization",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "dualproj", Title = "DualProj", NeedsEveryTask = true,
            Summary = "Projects the mean gradient so that it harms no task.",
            Helps = "When no task may lose; large gradients rule the mean.",
            Cost = Milliseconds, Formula = "d = projection of (Σ gₖ)/K on {d : gᵢ·d ≥ 0 for every i}",
            Paper = "Lopez-Paz, Ranzato 2017: Gradient Episodic Memory for Continual Learning",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "config", Title = "ConFIG", NeedsEveryTask = true,
            Summary = "The direction with the same cosine to every task's gradient, as long as the gradients' projections on it.",
            Helps = "When gradients differ in size and none may be sacrificed.",
            Cost = Milliseconds, Formula = "d = (Σ gₖ·u) u, u the unit vector along Û⁺1, Û the unit gradients",
            Paper = "Liu, Chu, Thuerey 2024: ConFIG, Towards Conflict-free Training of Physics Informed Neural Networks",
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "graddrop", Title = "GradDrop", NeedsEveryTask = true, NeedsWholeGradients = true,
            Summary = "At every parameter lets only positive or only negative task gradients pass, by chance and by how much they agree.",
            Helps = "When tasks pull single parameters apart; its noise also regularizes.",
            Cost = "One gradient row per task, and one pass over all of them.",
            Formula = "P = ½ (1 + Σg / Σ|g|); g passes where (P > U and g > 0) or (P < U and g < 0), U uniform",
            Paper = "Chen et al. 2020: Just Pick a Sign",
            Parameters = [Number("leak", "Leak", "The share of every task's gradient that passes unmasked.", 0, 0, 1)],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "excess-mtl", Title = "ExcessMTL", NeedsEveryTask = true, NeedsWholeGradients = true,
            Summary = "Weighs tasks by how far they are from their own optimum, so that noisy tasks don't take all.",
            Helps = "When some tasks' labels are noisy: a high loss alone is then no reason to weigh more.",
            Cost = "Two rows of numbers per task, and one pass over them.",
            Formula = "eₖ = Σ g² / √(Σ over steps g²); w ← w · exp(η e / e₀), scaled to sum K",
            Paper = "He, Zou, Long et al. 2024: Robust Multi-Task Learning with Excess Risks",
            Parameters =
            [
                Number("eta", "Rate η", "How fast the loss weights follow the excess risk.", 0.01, 0, 100, minExclusive: true),
                Choice("variant", "Variant", "LibMTL's first call only sets the reference, and weights sum to K; TorchJD's updates at once, and they sum to 1.", "libmtl", "libmtl", "torchjd"),
                Integer("warmup", "Warm-up", "TorchJD's variant alone: calls that leave the weights as they are, and whose mean excess is the reference.", 0, 0, 1_000_000, "steps"),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "db-mtl", Title = "Dual balancing (DB-MTL)", NeedsEveryTask = true, NeedsWholeGradients = true,
            Summary = "Balances losses by their logarithms and gradients by their norms, over a running mean of each task's gradient.",
            Helps = "When tasks differ both in the scale of their losses and in the size of their gradients.",
            Cost = "Two rows of numbers per task, and two passes over them.",
            Formula = "b ← g/L + β (b − g/L); d = Σ bₖ · max‖b‖ / ‖bₖ‖",
            Paper = "Lin et al. 2023: Dual-Balancing for Multi-Task Learning",
            Parameters =
            [
                Number("beta", "Memory β", "How much of the running mean stays in each step; 0: no memory.", 0.9, 0, 1, maxExclusive: true),
                Number("beta_sigma", "Decay of β", "β falls as the step number to the minus this; 0: not at all.", 0, 0, 10),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "moco", Title = "MoCo", NeedsEveryTask = true, NeedsWholeGradients = true,
            Summary = "MGDA on running means of the gradients, so that noise in small batches does not bias it.",
            Helps = "When MGDA is right in kind but batches are small.",
            Cost = "Two rows of numbers per task, and two passes over them.",
            Formula = "y ← y − β (y − L g/‖g‖); λ ← softmax(λ − γ (YYᵀ + ρI) λ); d = Yᵀλ",
            Paper = "Fernando et al. 2023: Mitigating Gradient Bias in Multi-objective Learning",
            Parameters =
            [
                Number("beta", "Rate β", "How fast the tracked gradients follow those of the step.", 0.5, 0, 1, minExclusive: true),
                Number("beta_sigma", "Decay of β", "β falls as the step number to the minus this.", 0.5, 0, 10),
                Number("gamma", "Rate γ", "How fast the loss weights follow.", 0.1, 0, 100, minExclusive: true),
                Number("gamma_sigma", "Decay of γ", "γ falls as the step number to the minus this.", 0.5, 0, 10),
                Number("rho", "Pull ρ", "Pulls the loss weights to equal parts.", 0, 0, 100),
            ],
        },
        new()
        {
            Kind = MethodKind.Policy, Name = "auto-lambda", Title = "Auto-λ", NeedsEveryTask = true, NeedsWholeGradients = true, ReadsPolicySplit = true, ExtraPasses = 1,
            Summary = "Learns loss weights under which the target tasks' held-out loss falls fastest.",
            Helps = "When auxiliary tasks should help the target tasks and no more.",
            Cost = "One backward pass more for each target task, on its policy split, and one gradient row per task.",
            Formula = "λₖ follows −∂L_held-out(θ − lr · Σ λⱼ gⱼ) / ∂λₖ = lr · ⟨∇L_held-out, gₖ⟩",
            Paper = "Liu, James, Davison, Johns 2022: Auto-Lambda, Disentangling Dynamic Task Relationships",
            Parameters =
            [
                Number("init", "Start of λ", "Where every task's λ begins.", 0.1, -10, 10),
                Number("meta_lr", "Rate of λ", "Learning rate of λ (Adam).", 1e-4, 0, 10, minExclusive: true),
                Number("model_lr", "Look-ahead rate", "Rate of the look-ahead step; 0: the optimizer's own.", 0, 0, 10),
            ],
        },
    ];
}
