using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>What the kinds with virtual tokens share.</summary>
internal static class PromptCounts
{
    /// <exception cref="InvalidInputException">No room is left for real tokens, or there are none.</exception>
    public static void Check(CausalLm model, int tokens)
    {
        if (tokens < 1 || tokens >= model.Config.MaxPositionEmbeddings)
            throw new InvalidInputException("tokens", $"Virtual tokens must be 1 to {model.Config.MaxPositionEmbeddings - 1}, below the model's {model.Config.MaxPositionEmbeddings} positions (you gave {tokens})");
    }

    public static int Read(ConfigReader config)
    {
        if (!config.Has("num_virtual_tokens")) config.Fault("num_virtual_tokens", "it is missing: give the config that belongs to the tensors");
        return config.Int("num_virtual_tokens", 1);
    }

    public static JsonObject Config(CausalLm model, string type, int tokens, int width, int heads) => new()
    {
        ["inference_mode"] = true, ["num_attention_heads"] = heads, ["num_layers"] = model.Config.NumHiddenLayers, ["num_transformer_submodules"] = 1,
        ["num_virtual_tokens"] = tokens, ["peft_type"] = type, ["task_type"] = PeftJson.TaskType, ["token_dim"] = width,
    };
}
