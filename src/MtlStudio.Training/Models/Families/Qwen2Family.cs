using System.Text.Json.Nodes;

namespace MtlStudio.Training.Models.Families;

/// <summary>Qwen2 (Yang et al. 2024): the Llama layout with biases on queries, keys and values. Defaults are those of transformers' Qwen2Config.</summary>
public sealed class Qwen2Family : IDecoderFamily
{
    private static readonly LlamaFamily Llama = new();

    public string ModelType => "qwen2";
    public string Architecture => "Qwen2ForCausalLM";

    public bool IsIgnored(string tensor) => Llama.IsIgnored(tensor);

    public ModelConfig ReadConfig(ConfigReader config)
    {
        if (config.Bool("use_sliding_window", false))
            config.Fault("use_sliding_window", "it is on, and attention over a sliding window is not supported: set it to false where no text is longer than the window");
        return LlamaFamily.Read(config, ModelType, intermediate: 22016, positions: 32768) with { AttentionBias = true };
    }

    public JsonObject WriteConfig(ModelConfig config)
    {
        var written = Llama.WriteConfig(config);
        written["architectures"] = new JsonArray(Architecture);
        written["model_type"] = ModelType;
        written["use_sliding_window"] = false;
        written.Remove("attention_bias");
        written.Remove("mlp_bias");
        return written;
    }

    public Decoder Build(ModelConfig config, ParameterRegistry parameters) => LlamaFamily.Compose(config, parameters, part => part != "o_proj");
}
