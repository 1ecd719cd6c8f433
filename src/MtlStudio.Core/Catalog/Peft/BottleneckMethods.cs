namespace MtlStudio.Core.Catalog;

internal static class BottleneckMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "bottleneck", Title = "Bottleneck adapters",
            Summary = "Small two-layer networks after or beside attention and MLP.",
            Helps = "When a task needs more than a linear change of the layers. They cannot be worked into the weights.",
            Cost = "2 · width · hidden numbers a place; stays in the model when it is used.",
            Formula = "serial: x + y + s·Up(act(Down(y))); serial_sum: Down(x + y); parallel: Down(x); parallel_norm: Down(norm x)",
            Paper = "Houlsby et al. 2019 (serial); Pfeiffer et al. 2021 (serial_sum, after the MLP); He et al. 2022 (parallel, s = 4)",
            Parameters =
            [
                PeftParameters.Choice("kind", "Kind", "What the adapter reads: the sub-layer's output, that with the residual stream, the stream that enters it, or that after the norm.", "serial", "serial", "serial_sum", "parallel", "parallel_norm"),
                PeftParameters.Names("places", "Places", "attention, mlp or both.", "attention", "mlp"),
                PeftParameters.Integer("width", "Width", "Numbers between the two layers.", 16, 1, 65_536),
                PeftParameters.Choice("activation", "Activation", "Between the two layers.", "relu", "relu", "gelu", "gelu_new", "gelu_pytorch_tanh", "silu", "tanh"),
                PeftParameters.Number("scale", "Scale", "Factor s on what the adapter adds; 4 for parallel in the paper.", 1, -100, 100),
                PeftParameters.Layers, PeftParameters.SharingAlone,
            ],
        },
    ];
}
