namespace MtlStudio.Core.Catalog;

/// <summary>Adapters that divide themselves between the tasks.</summary>
internal static class SharedMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "mtl-lora", Title = "MTL-LoRA",
            Summary = "One LoRA for all tasks in which each task has a small matrix and a mixture of up-projections of its own.",
            Helps = "When tasks share much and still pull apart: the shared part learns from all, the private part keeps them from each other.",
            Cost = "r · in + N · r · out shared numbers a layer, and r² + N for each task.",
            Formula = "ΔW_t = (α / r) Σᵢ softmax(w_t / τ)ᵢ Bᵢ Λ_t A; Λ_t starts at the identity, B at 0",
            Paper = "Yang et al. 2024: MTL-LoRA: Low-Rank Adaptation for Multi-Task Learning",
            Parameters =
            [
                Rank, PeftParameters.Alpha(16), PeftParameters.Dropout, Heads,
                new() { Name = "temperature", Type = ParameterType.Number, Title = "Temperature", Help = "Low: a task takes few of the up-projections; high: all alike.", Default = 0.5, Min = 0, MinExclusive = true, Max = 1000 },
                PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers,
            ],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "hydra-lora", Title = "HydraLoRA",
            Summary = "One down-projection, several up-projections, mixed for every token by a router that learns by itself who needs which.",
            Helps = "When the data holds kinds of examples that no task name tells apart. It cannot be worked into the weights.",
            Cost = "r · in + N · (r · out + in) numbers a layer.",
            Formula = "y = W x + (α / r) Σᵢ softmax(G x)ᵢ Bᵢ A x",
            Paper = "Tian et al. 2024: HydraLoRA: An Asymmetric LoRA Architecture for Efficient Fine-Tuning",
            Parameters = [Rank, PeftParameters.Alpha(16), PeftParameters.Dropout, Heads, PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "mo-lora", Title = "Mixture of LoRAs",
            Summary = "Several whole LoRAs of which a router picks the best few for every token.",
            Helps = "With many unlike tasks and enough data to train experts. It cannot be worked into the weights.",
            Cost = "E · (r · (in + out) + in) numbers a layer.",
            Formula = "y = W x + (α / r) Σ over the top k of pᵢ Bᵢ Aᵢ x, p = softmax(G x); the loss gets balance · E · Σ fᵢ Pᵢ",
            Paper = "Zadouri et al. 2023: Pushing Mixture of Experts to the Limit; Fedus, Zoph, Shazeer 2021 (load balance)",
            Parameters =
            [
                Rank, PeftParameters.Alpha(16), PeftParameters.Dropout,
                PeftParameters.Integer("experts", "Experts", "LoRAs to choose among.", 4, 1, 256), PeftParameters.Integer("topK", "Top k", "Experts that a token uses.", 2, 1, 256),
                PeftParameters.Flag("renormalize", "Renormalize", "Divides the chosen experts' weights by their sum.", true),
                PeftParameters.Number("balance", "Load balance", "How much an uneven use of the experts costs; 0: nothing.", 0.01, 0, 100),
                PeftParameters.Targets(PeftParameters.EveryLinear), PeftParameters.Layers,
            ],
        },
    ];

    private static ParameterDescriptor Rank => PeftParameters.Rank(8, "Width r of the matrices.");

    private static ParameterDescriptor Heads => PeftParameters.Integer("heads", "Up-projections", "How many B there are.", 3, 1, 256);
}
