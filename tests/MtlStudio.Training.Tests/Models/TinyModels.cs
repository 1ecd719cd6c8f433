using MtlStudio.Training.Models;

namespace MtlStudio.Training.Tests.Models;

/// <summary>Random models of a few thousand parameters, made anew.</summary>
internal static class TinyModels
{
    public static ModelConfig Config { get; } = new()
    {
        ModelType = "llama", VocabSize = 24, HiddenSize = 16, IntermediateSize = 20, NumHiddenLayers = 2, NumAttentionHeads = 4, NumKeyValueHeads = 2, HeadDim = 4,
        MaxPositionEmbeddings = 32, NormEps = 1e-5, HiddenAct = "silu", Rope = new(), InitializerRange = 0.3, BosTokenId = 1, EosTokenIds = [2],
    };

    /// <summary>GPT-2's layout: learned positions, weights as (in, out), a tied head.</summary>
    public static CausalLm Gpt2() => CausalLm.Create(Config with
    {
        ModelType = "gpt2",
        NumKeyValueHeads = 4,
        HiddenAct = "gelu_new",
        Rope = null,
        LearnedPositions = true,
        AttentionBias = true,
        MlpBias = true,
        ScaleAttention = true,
        TieWordEmbeddings = true,
    }, seed: 1);

    public static CausalLm Llama(bool tied = false, LoadOptions? options = null) => CausalLm.Create(Config with { TieWordEmbeddings = tied }, seed: 1, options);
}
