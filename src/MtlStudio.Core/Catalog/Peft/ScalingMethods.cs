namespace MtlStudio.Core.Catalog;

internal static class ScalingMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "vera", Title = "VeRA",
            Summary = "All layers share one pair of random matrices that never change; each trains two vectors that scale them.",
            Helps = "When many adapters are kept: an adapter is a tenth of a LoRA or less.",
            Cost = "Trains r + out numbers a layer; a high rank makes each pass slower.", Formula = "y = W x + b ∘ B (d ∘ A x), b starts at 0",
            Paper = "Kopiczko, Blankevoort, Asano 2024: VeRA: Vector-based Random Matrix Adaptation",
            Parameters =
            [
                PeftParameters.Rank(256, "Width r of the shared matrices; it may be over a layer's own size."),
                PeftParameters.Number("start", "Start of d", "Where every d begins.", 0.1, -10, 10), PeftParameters.Dropout,
                PeftParameters.Integer("projectionSeed", "Projection seed", "Seed of the shared random matrices; they are kept in the adapter's file too.", 0, 0, int.MaxValue),
                PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers, PeftParameters.SharingAlone,
            ],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "ia3", Title = "(IA)³",
            Summary = "Learns vectors that scale keys, values and the inner activations of the MLP.",
            Helps = "With few examples, or when an adapter must be a few thousand numbers.",
            Cost = "One number for each scaled output or input.", Formula = "y = l ∘ (W x + b); in the feed-forward y = W (l ∘ x) + b; l starts at 1",
            Paper = "Liu et al. 2022: Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context Learning",
            Parameters =
            [
                PeftParameters.Targets("k_proj", "v_proj", "down_proj"),
                PeftParameters.Names("feedForward", "Feed-forward modules", "Those of the targets whose input is scaled instead of their output.", "down_proj"), PeftParameters.SharingAlone,
            ],
        },
    ];
}
