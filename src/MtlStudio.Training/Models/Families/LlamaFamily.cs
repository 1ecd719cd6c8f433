using System.Text.Json.Nodes;

namespace MtlStudio.Training.Models.Families;

/// <summary>
/// Llama (Touvron et al. 2023) and what shares its layout: RMSNorm before attention and MLP, rotary positions, grouped
/// keys, SwiGLU. Defaults are those of transformers' LlamaConfig.
/// </summary>
public sealed class LlamaFamily : IDecoderFamily
{
    public string ModelType => "llama";
    public string Architecture => "LlamaForCausalLM";

    // Inverse frequencies that early versions saved; they follow from the config.
    public bool IsIgnored(string tensor) => tensor.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    public ModelConfig ReadConfig(ConfigReader config) => Read(config, ModelType, intermediate: 11008, positions: 2048) with
    {
        AttentionBias = config.Bool("attention_bias", false),
        MlpBias = config.Bool("mlp_bias", false),
    };

    /// <summary>The fields of families of this layout, without their biases.</summary>
    /// <param name="type">The family.</param>
    /// <param name="intermediate">Its default <c>intermediate_size</c>.</param>
    /// <param name="positions">Its default <c>max_position_embeddings</c>.</param>
    internal static ModelConfig Read(ConfigReader config, string type, int intermediate, int positions)
    {
        var hidden = config.Int("hidden_size", 4096);
        var heads = config.Int("num_attention_heads", 32);
        var keyHeads = config.Int("num_key_value_heads", heads);
        var maxPositions = config.Int("max_position_embeddings", positions);
        var headDim = config.OptionalInt("head_dim");
        if (headDim is null && hidden % heads != 0)
            config.Fault("num_attention_heads", $"hidden_size {hidden} is not a multiple of it ({heads}): give head_dim, or take the config.json that belongs to the weights");
        if (heads % keyHeads != 0)
            config.Fault("num_key_value_heads", $"num_attention_heads {heads} is not a multiple of it ({keyHeads}): take the config.json that belongs to the weights");
        var dim = headDim ?? Math.Max(hidden / heads, 1);
        if (dim % 2 != 0) config.Fault("head_dim", $"rotary embedding needs an even number (the file gives {dim})");
        var activation = config.String("hidden_act", "silu");
        if (!Activations.IsKnown(activation))
            config.Fault("hidden_act", $"\"{activation}\" is no known activation: known are {string.Join(", ", Activations.Names)}");
        return new()
        {
            ModelType = type,
            VocabSize = config.Int("vocab_size", 32000), HiddenSize = hidden, IntermediateSize = config.Int("intermediate_size", intermediate),
            NumHiddenLayers = config.Int("num_hidden_layers", 32), NumAttentionHeads = heads, NumKeyValueHeads = keyHeads, HeadDim = dim,
            MaxPositionEmbeddings = maxPositions, NormEps = config.Double("rms_norm_eps", 1e-6, above: 0), HiddenAct = activation,
            TieWordEmbeddings = config.Bool("tie_word_embeddings", false),
            Rope = RopeConfig.Read(config, 10000, maxPositions),
            InitializerRange = config.Double("initializer_range", 0.02, above: 0),
            BosTokenId = config.Ids("bos_token_id") is [var bos, ..] ? bos : null,
            EosTokenIds = config.Ids("eos_token_id"),
            PadTokenId = config.Has("pad_token_id") && config.OptionalInt("pad_token_id", min: -1) is { } pad and >= 0 ? pad : null,
        };
    }

    public JsonObject WriteConfig(ModelConfig config) => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["attention_bias"] = config.AttentionBias,
        ["bos_token_id"] = config.BosTokenId,
        ["eos_token_id"] = config.EosTokenIds switch
        {
            [] => null,
            [var one] => one,
            var several => new JsonArray([.. several.Select(id => JsonValue.Create(id))]),
        },
        ["head_dim"] = config.HeadDim,
        ["hidden_act"] = config.HiddenAct,
        ["hidden_size"] = config.HiddenSize,
        ["initializer_range"] = config.InitializerRange,
        ["intermediate_size"] = config.IntermediateSize,
        ["max_position_embeddings"] = config.MaxPositionEmbeddings,
        ["mlp_bias"] = config.MlpBias,
        ["model_type"] = ModelType,
        ["num_attention_heads"] = config.NumAttentionHeads,
        ["num_hidden_layers"] = config.NumHiddenLayers,
        ["num_key_value_heads"] = config.NumKeyValueHeads,
        ["pad_token_id"] = config.PadTokenId,
        ["rms_norm_eps"] = config.NormEps,
        ["rope_scaling"] = config.Rope?.WriteScaling(),
        ["rope_theta"] = config.Rope?.Theta,
        ["tie_word_embeddings"] = config.TieWordEmbeddings,
        ["vocab_size"] = config.VocabSize,
    };

    public Decoder Build(ModelConfig config, ParameterRegistry parameters) => Compose(config, parameters, _ => config.AttentionBias);

    /// <summary>The decoder of this layout.</summary>
    /// <param name="attentionBias">Which of q_proj, k_proj, v_proj and o_proj have a bias.</param>
    internal static Decoder Compose(ModelConfig config, ParameterRegistry parameters, Func<string, bool> attentionBias)
    {
        var embedding = parameters.Embedding("model.embed_tokens", config.VocabSize, config.HiddenSize);
        var layers = Enumerable.Range(0, config.NumHiddenLayers).Select(i => Layer(i, config, parameters, attentionBias)).ToList();
        var norm = parameters.RmsNorm("model.norm", config.HiddenSize, config.NormEps);
        var head = parameters.Linear("lm_head", config.HiddenSize, config.VocabSize, bias: false);
        if (config.TieWordEmbeddings) head.Weight.TiedTo = embedding.Weight;
        return new((ids, pass) => embedding.Forward(ids.view(-1), pass), layers, norm.Forward, head);
    }

    private static DecoderLayer Layer(int index, ModelConfig config, ParameterRegistry parameters, Func<string, bool> attentionBias)
    {
        var name = $"model.layers.{index}";
        var (hidden, inner, dim) = (config.HiddenSize, config.IntermediateSize, config.HeadDim);
        var (heads, keyHeads) = (config.NumAttentionHeads, config.NumKeyValueHeads);
        Linear Attention(string part, int from, int to) => parameters.Linear($"{name}.self_attn.{part}", from, to, attentionBias(part));
        Linear Mlp(string part, int from, int to) => parameters.Linear($"{name}.mlp.{part}", from, to, config.MlpBias);
        var before = parameters.RmsNorm($"{name}.input_layernorm", hidden, config.NormEps);
        var after = parameters.RmsNorm($"{name}.post_attention_layernorm", hidden, config.NormEps);
        var attention = new SelfAttention(index, heads, keyHeads, dim, Attention("q_proj", hidden, heads * dim),
            Attention("k_proj", hidden, keyHeads * dim), Attention("v_proj", hidden, keyHeads * dim), Attention("o_proj", heads * dim, hidden));
        var mlp = new GatedMlp(Mlp("gate_proj", hidden, inner), Mlp("up_proj", hidden, inner), Mlp("down_proj", inner, hidden), Activations.Get(config.HiddenAct));
        var (afterAttention, afterMlp) = (parameters.Residual(index, "attention", hidden), parameters.Residual(index, "mlp", hidden));
        return (x, pass) =>
        {
            var normed = before.Forward(x);
            var middle = afterAttention.Join(x, pass.Added(attention.Forward(normed, pass), $"{name}.self_attn"), normed, pass);
            normed = after.Forward(middle);
            return afterMlp.Join(middle, pass.Added(mlp.Forward(normed, pass), $"{name}.mlp"), normed, pass);
        };
    }
}
