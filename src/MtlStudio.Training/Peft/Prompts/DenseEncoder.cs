using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Embeddings through dense layers: P-tuning's MLP and prefix tuning's projection.</summary>
internal sealed class DenseEncoder(int count, long width, DenseStack stack) : IPromptEncoder
{
    private ParameterSlot Embedding { get; } = new("embedding.weight", [count, width]);

    public IReadOnlyList<ParameterSlot> Slots => [Embedding, .. stack.Slots];

    public void Start(CausalLm model, long seed)
    {
        Embedding.Normal(model, 1, seed);
        stack.Start(model, seed);
    }

    public Tensor Encode() => stack.Forward(Embedding.Value);
}
