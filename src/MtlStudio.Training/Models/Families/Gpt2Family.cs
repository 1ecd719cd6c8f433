using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models.Families;

/// <summary>
/// GPT-2 (Radford et al. 2019): LayerNorm before attention and MLP, learned positions, one layer for queries, keys and values, a plain MLP.
/// Linear weights lie in the file as (in, out) and stay so. Defaults are those of transformers' GPT2Config.
/// </summary>
public sealed partial class Gpt2Family : IDecoderFamily
{
    private const string Root = "transformer.";

    public string ModelType => "gpt2";
    public string Architecture => "GPT2LMHeadModel";

    // The causal mask, which early versions saved as a buffer.
    public bool IsIgnored(string tensor) => MaskBuffer().IsMatch(tensor);

    /// <summary>Files of the first releases have no "transformer." before the names.</summary>
    public string? OldName(string tensor) => tensor.StartsWith(Root, StringComparison.Ordinal) ? tensor[Root.Length..] : null;

    public ModelConfig ReadConfig(ConfigReader config)
    {
        var (hidden, heads) = (config.Int("n_embd", 768), config.Int("n_head", 12));
        if (hidden % heads != 0)
            config.Fault("n_head", $"n_embd {hidden} is not a multiple of it ({heads}): take the config.json that belongs to the weights");
        var activation = config.String("activation_function", "gelu_new");
        if (!Activations.IsKnown(activation))
            config.Fault("activation_function", $"\"{activation}\" is no known activation: known are {string.Join(", ", Activations.Names)}");
        if (config.Bool("add_cross_attention", false))
            config.Fault("add_cross_attention", "it is on, and a decoder that attends to an encoder is not supported: set it to false where the weights have none");
        return new()
        {
            ModelType = ModelType,
            VocabSize = config.Int("vocab_size", 50257), HiddenSize = hidden, IntermediateSize = config.OptionalInt("n_inner", min: 1) ?? 4 * hidden,
            NumHiddenLayers = config.Int("n_layer", 12), NumAttentionHeads = heads, NumKeyValueHeads = heads, HeadDim = Math.Max(hidden / heads, 1),
            MaxPositionEmbeddings = config.Int("n_positions", 1024), LearnedPositions = true, NormEps = config.Double("layer_norm_epsilon", 1e-5, above: 0), HiddenAct = activation,
            TieWordEmbeddings = config.Bool("tie_word_embeddings", true), AttentionBias = true, MlpBias = true,
            ScaleAttention = config.Bool("scale_attn_weights", true), ScaleAttentionByLayer = config.Bool("scale_attn_by_inverse_layer_idx", false),
            InitializerRange = config.Double("initializer_range", 0.02, above: 0),
            BosTokenId = config.Ids("bos_token_id") is [var bos, ..] ? bos : null,
            EosTokenIds = config.Ids("eos_token_id"),
            PadTokenId = config.Has("pad_token_id") && config.OptionalInt("pad_token_id", min: -1) is { } pad and >= 0 ? pad : null,
        };
    }

    public JsonObject WriteConfig(ModelConfig config) => new()
    {
        ["activation_function"] = config.HiddenAct,
        ["architectures"] = new JsonArray(Architecture),
        ["bos_token_id"] = config.BosTokenId,
        ["eos_token_id"] = config.EosTokenIds is [var eos, ..] ? eos : null,
        ["initializer_range"] = config.InitializerRange,
        ["layer_norm_epsilon"] = config.NormEps,
        ["model_type"] = ModelType,
        ["n_embd"] = config.HiddenSize,
        ["n_head"] = config.NumAttentionHeads,
        ["n_inner"] = config.IntermediateSize,
        ["n_layer"] = config.NumHiddenLayers,
        ["n_positions"] = config.MaxPositionEmbeddings,
        ["pad_token_id"] = config.PadTokenId,
        ["scale_attn_by_inverse_layer_idx"] = config.ScaleAttentionByLayer,
        ["scale_attn_weights"] = config.ScaleAttention,
        ["tie_word_embeddings"] = config.TieWordEmbeddings,
        ["vocab_size"] = config.VocabSize,
    };

    public Decoder Build(ModelConfig config, ParameterRegistry parameters)
    {
        var tokens = parameters.Embedding($"{Root}wte", config.VocabSize, config.HiddenSize);
        var positions = parameters.Add($"{Root}wpe.weight", ParameterStart.Normal, config.MaxPositionEmbeddings, config.HiddenSize);
        var layers = Enumerable.Range(0, config.NumHiddenLayers).Select(i => Layer(i, config, parameters)).ToList();
        var norm = parameters.LayerNorm($"{Root}ln_f", config.HiddenSize, config.NormEps);
        var head = parameters.Linear("lm_head", config.HiddenSize, config.VocabSize, bias: false);
        if (config.TieWordEmbeddings) head.Weight.TiedTo = tokens.Weight;
        return new((ids, pass) => tokens.Forward(ids.view(-1), pass), layers, norm.Forward, head) { Place = (x, pass) => x.add(positions.Value.index_select(0, pass.PositionIds()), Scalars.One) };
    }

    private static DecoderLayer Layer(int index, ModelConfig config, ParameterRegistry parameters)
    {
        var name = $"{Root}h.{index}";
        var (hidden, inner, heads, dim) = (config.HiddenSize, config.IntermediateSize, config.NumAttentionHeads, config.HeadDim);
        var before = parameters.LayerNorm($"{name}.ln_1", hidden, config.NormEps);
        var after = parameters.LayerNorm($"{name}.ln_2", hidden, config.NormEps);
        var joined = parameters.Transposed($"{name}.attn.c_attn", hidden, 3 * hidden);
        // The fused kernel divides the scores by √dim.
        var scale = (config.ScaleAttention ? 1 : Math.Sqrt(dim)) / (config.ScaleAttentionByLayer ? index + 1 : 1);
        var attention = new SelfAttention(index, heads, heads, dim, (x, pass) =>
        {
            var parts = joined.Forward(x, pass).split(hidden, -1);
            return (scale == 1 ? parts[0] : parts[0].mul(Scalars.Of(scale)), parts[1], parts[2]);
        }, parameters.Transposed($"{name}.attn.c_proj", hidden, hidden));
        var (up, down) = (parameters.Transposed($"{name}.mlp.c_fc", hidden, inner), parameters.Transposed($"{name}.mlp.c_proj", inner, hidden));
        var activation = Activations.Get(config.HiddenAct);
        var (afterAttention, afterMlp) = (parameters.Residual(index, "attention", hidden), parameters.Residual(index, "mlp", hidden));
        return (x, pass) =>
        {
            var normed = before.Forward(x);
            var middle = afterAttention.Join(x, pass.Added(attention.Forward(normed, pass), $"{name}.attn"), normed, pass);
            normed = after.Forward(middle);
            return afterMlp.Join(middle, pass.Added(down.Forward(activation(up.Forward(normed, pass)), pass), $"{name}.mlp"), normed, pass);
        };
    }

    [GeneratedRegex(@"(?:^|\.)h\.\d+\.attn\.(?:masked_)?bias$", RegexOptions.CultureInvariant)]
    private static partial Regex MaskBuffer();
}
