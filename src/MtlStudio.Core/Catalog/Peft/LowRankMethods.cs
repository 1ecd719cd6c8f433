namespace MtlStudio.Core.Catalog;

internal static class LowRankMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "lora", Title = "LoRA",
            Summary = "Trains two thin matrices beside each chosen layer; the model itself stays as it is.",
            Helps = "Nearly always: a small fraction of the memory, and the adapter is a small file.",
            Cost = "Trains r · (in + out) numbers a layer.", Formula = "y = W x + (α / r) B A x, B starts at 0",
            Paper = "Hu et al. 2022: LoRA: Low-Rank Adaptation of Large Language Models",
            Parameters = [.. Lora, PeftParameters.Sharing],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "dora", Title = "DoRA",
            Summary = "LoRA that trains how long each output's weights are apart from where they point.",
            Helps = "At low ranks, where LoRA falls behind full fine-tuning.",
            Cost = "As LoRA and one number an output; a step is slower, for it needs the norms of the changed weights.",
            Formula = "W' = m ∘ (W + (α / r) B A) / ‖W + (α / r) B A‖, m starts at ‖W‖",
            Paper = "Liu et al. 2024: DoRA: Weight-Decomposed Low-Rank Adaptation",
            Parameters = [.. Lora, PeftParameters.SharingAlone],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "loha", Title = "LoHa",
            Summary = "The change of a weight is the elementwise product of two low-rank matrices, so that its rank may reach r².",
            Helps = "When a change of higher rank is wanted for LoRA's number of parameters.",
            Cost = "Trains 2 r · (in + out) numbers a layer; makes the whole change in each pass.", Formula = "ΔW = (α / r) (w₁ₐ w₁ᵦ) ∘ (w₂ₐ w₂ᵦ)",
            Paper = "Hyeon-Woo, Ye-Bin, Oh 2022: FedPara; as LyCORIS and PEFT define it",
            Parameters = [PeftParameters.Rank(8, "Width r of the factors; the change may have rank r²."), PeftParameters.Alpha(8), PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers, PeftParameters.SharingAlone],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "lokr", Title = "LoKr",
            Summary = "The change of a weight is the Kronecker product of two small matrices.",
            Helps = "When the adapter must be very small.",
            Cost = "A few numbers a layer; makes the whole change in each pass.", Formula = "ΔW = (α / r) w₁ ⊗ w₂, either whole or of rank r",
            Paper = "Edalati et al. 2022: KronA; as LyCORIS and PEFT define it",
            Parameters =
            [
                PeftParameters.Rank(8, "Rank of a factor that is split; where it is too large for that, the factor is whole."), PeftParameters.Alpha(8),
                PeftParameters.Integer("decomposeFactor", "Decompose factor", "How each side of a weight is divided in two; -1: near its square root.", -1, -1, 65_536),
                PeftParameters.Flag("decomposeBoth", "Split both", "Splits the smaller factor too, where the rank allows it."),
                PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers, PeftParameters.SharingAlone,
            ],
        },
    ];

    private static ParameterDescriptor[] Lora =>
    [
        PeftParameters.Rank(8, "Width r of the two matrices; more learns more and costs more."), PeftParameters.Alpha(16), PeftParameters.Dropout,
        PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers,
        PeftParameters.Flag("rsLora", "Rank-stabilized", "Scales by α / √r, so that a higher rank is not held back (Kalajdzievski 2023)."),
        PeftParameters.Number("loraPlusRatio", "LoRA+ ratio", "Learning rate of B divided by that of A; 1 is plain LoRA, 16 what LoRA+ advises (Hayou, Ghosh, Yu 2024), with a lower rate for A.", 1, 0.01, 1000),
        PeftParameters.Choice("bias", "Biases", "Trains the model's biases too: those of the adapted layers, or all.", "none", "none", "lora_only", "all"),
        PeftParameters.Names("modulesToSave", "Modules trained whole", "Modules that are trained whole and saved beside the adapter, as lm_head."),
        new() { Name = "rankPattern", Type = ParameterType.TextMap, Title = "Ranks by module", MaxLength = 256, Help = "Other ranks for some modules, as v_proj: 4; a key is a regular expression over the end of a module's name, and the first that fits counts." },
        new() { Name = "alphaPattern", Type = ParameterType.TextMap, Title = "Alphas by module", MaxLength = 256, Help = "Other alphas for some modules, as v_proj: 8." },
    ];
}
