namespace MtlStudio.Core.Catalog;

internal static class PeftMethods
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
            Parameters =
            [
                new() { Name = "rank", Type = ParameterType.Integer, Title = "Rank", Help = "Width r of the two matrices; more learns more and costs more.", Default = 8, Min = 1, Max = 1024 },
                new() { Name = "alpha", Type = ParameterType.Number, Title = "Alpha", Help = "The adapter's output is scaled by α / r.", Default = 16.0, Min = 0, MinExclusive = true, Max = 10_000 },
                new() { Name = "dropout", Type = ParameterType.Number, Title = "Dropout", Help = "Share of the adapter's inputs set to 0 in training.", Default = 0.0, Min = 0, Max = 1, MaxExclusive = true },
                new()
                {
                    Name = "targets", Type = ParameterType.TextList, Title = "Target modules", MaxLength = 64,
                    Help = "Names of the linear layers that get an adapter, as q_proj; \"all-linear\" for every one in the decoder layers.",
                    Default = new[] { "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj" },
                },
                new() { Name = "layers", Type = ParameterType.Text, Title = "Layers", Help = "Which decoder layers, as \"0-3,7\"; empty: all.", MaxLength = 200 },
                new() { Name = "rsLora", Type = ParameterType.Boolean, Title = "Rank-stabilized", Help = "Scales by α / √r, so that a higher rank is not held back (Kalajdzievski 2023).", Default = false },
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
