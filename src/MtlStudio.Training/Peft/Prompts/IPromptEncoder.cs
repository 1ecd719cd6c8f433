using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Gives virtual tokens from trained tensors of its own.</summary>
internal interface IPromptEncoder
{
    /// <summary>Named as PEFT's encoder names them.</summary>
    IReadOnlyList<ParameterSlot> Slots { get; }

    void Start(CausalLm model, long seed);

    /// <summary>(n, width), with gradients.</summary>
    Tensor Encode();
}
