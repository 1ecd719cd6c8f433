namespace MtlStudio.Core.Catalog;

internal static class OwnWeightMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "bitfit", Title = "BitFit",
            Summary = "Trains the model's biases alone.",
            Helps = "With models that have biases (GPT-2, Qwen2) and little data; models of the Llama layout mostly have none.",
            Cost = "About a thousandth of the model.",
            Paper = "Ben Zaken, Ravfogel, Goldberg 2022: BitFit: Simple Parameter-efficient Fine-tuning for Transformer-based Masked Language-models",
            Parameters = [PeftParameters.Layers, PeftParameters.SharingAlone],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "layers", Title = "Chosen layers",
            Summary = "Trains the weights of some decoder layers whole; the rest of the model stays as it is.",
            Helps = "When LoRA is too weak and full fine-tuning too large: the upper layers carry most of a task, and nothing is computed backwards below the first chosen one.",
            Cost = "Four numbers of memory for each chosen parameter, and a gradient row per task under gradient policies.",
            Paper = "Lee et al. 2023: Surgical Fine-Tuning Improves Adaptation to Distribution Shifts",
            Parameters =
            [
                PeftParameters.Layers with { Help = "Which decoder layers, as \"6-7\"; empty: all." },
                PeftParameters.Names("modules", "Modules", "Within those layers only modules whose names end so, as mlp.down_proj; empty: all."),
                PeftParameters.Flag("embeddings", "Embeddings", "Trains the embedding table too, with the head where it is tied."),
                PeftParameters.Flag("head", "Head", "Trains the head too, where it is not tied to the embeddings."),
                PeftParameters.Flag("finalNorm", "Final norm", "Trains the norm after the last layer too.", true),
                PeftParameters.Choice("sharing", "Sharing", "The chosen weights are shared by all tasks, or each task or group (tasks[].group) has its own; with shared+ everything that is not chosen is trained too, for all tasks together.",
                    "shared", "shared", "task", "group", "shared+task", "shared+group"),
            ],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "full", Title = "Full fine-tuning",
            Summary = "Trains every parameter of the model.",
            Helps = "When the model is small or the tasks are far from what it knows.",
            Cost = "Four numbers of memory for each parameter (value, gradient, two moments), and a gradient row per task under gradient policies.",
        },
    ];
}
