namespace MtlStudio.Core.Catalog;

internal static class PromptMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new()
        {
            Kind = MethodKind.Peft, Name = "prefix", Title = "Prefix tuning",
            Summary = "Trained keys and values stand before those of every layer.",
            Helps = "For generation with little data. It cannot be worked into the weights.",
            Cost = "tokens · layers · 2 · key width numbers; attention sees so many columns more.", Formula = "K ← [P_K; K], V ← [P_V; V] in each layer",
            Paper = "Li, Liang 2021: Prefix-Tuning: Optimizing Continuous Prompts for Generation",
            Parameters =
            [
                Tokens, PeftParameters.Flag("projection", "Projection", "Gives the prefix by two dense layers while it is trained, as the paper found steadier; the saved adapter holds their product."),
                PeftParameters.Integer("width", "Projection width", "Between the two dense layers; without projection it means nothing.", 128, 1, 65_536), PeftParameters.SharingAlone,
            ],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "prompt", Title = "Prompt tuning",
            Summary = "Trained embeddings stand before those of every example.",
            Helps = "With large models; small ones learn little this way. It cannot be worked into the weights.",
            Cost = "tokens · hidden numbers; every example is so many tokens longer.", Formula = "x ← [P; embed(x)]",
            Paper = "Lester, Al-Rfou, Constant 2021: The Power of Scale for Parameter-Efficient Prompt Tuning",
            Parameters = [Tokens, PeftParameters.Choice("init", "Start", "From embeddings of tokens drawn from the vocabulary, or from random numbers of their size.", "vocabulary", "vocabulary", "random"), PeftParameters.SharingAlone],
        },
        new()
        {
            Kind = MethodKind.Peft, Name = "p-tuning", Title = "P-tuning",
            Summary = "Prompt tuning whose embeddings come out of a small network.",
            Helps = "Where plain prompt tuning trains slowly. The saved adapter is a prompt like any other.",
            Cost = "tokens · hidden numbers and the network's own while it is trained.", Formula = "P = MLP(E), or MLP(LSTM(E))",
            Paper = "Liu et al. 2021: GPT Understands, Too",
            Parameters =
            [
                Tokens, PeftParameters.Choice("encoder", "Network", "Three dense layers, or a bidirectional LSTM and two dense layers.", "mlp", "mlp", "lstm"),
                PeftParameters.Integer("width", "Network width", "Numbers inside the network.", 128, 1, 65_536),
                PeftParameters.Integer("lstmLayers", "LSTM layers", "Layers of the LSTM; with dense layers alone it means nothing.", 2, 1, 8), PeftParameters.SharingAlone,
            ],
        },
    ];

    private static ParameterDescriptor Tokens => new() { Name = "tokens", Type = ParameterType.Integer, Title = "Virtual tokens", Help = "How many; they take the first positions of every example.", Default = 20, Min = 1, Max = 4096 };
}
