using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Prefix tuning (Li, Liang 2021): n trained keys and values before those of every layer.</summary>
public static class PrefixTuning
{
    internal const string PeftType = "PREFIX_TUNING";

    /// <param name="projection">Width of the two dense layers that give the prefix; null: the prefix itself is trained.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static Adapter Attach(CausalLm model, int tokens, int? projection, long seed)
    {
        PromptCounts.Check(model, tokens);
        if (projection < 1) throw new InvalidInputException("width", $"Width must be at least 1 (you gave {projection})");
        return Adapter.New(model, Plan(model, tokens, projection, encoded: projection is not null), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        int? projection = config.Bool("prefix_projection", false) ? config.Int("encoder_hidden_size", source.Model.Config.HiddenSize) : null;
        return Plan(source.Model, PromptCounts.Read(config), projection, projection is not null && File.Exists(Path.Combine(source.Folder, PromptPart.StateFile)));
    }

    private static AdapterPlan Plan(CausalLm model, int tokens, int? projection, bool encoded)
    {
        var token = model.Config.NumKeyValueHeads * model.Config.HeadDim;
        var width = 2L * model.Config.NumHiddenLayers * token;
        var config = PromptCounts.Config(model, PeftType, tokens, token, model.Config.NumKeyValueHeads);
        config["encoder_hidden_size"] = projection ?? token;
        config["prefix_projection"] = projection is not null;
        var encoder = encoded ? new DenseEncoder(tokens, token, new("transform", x => x.tanh(), token, projection!.Value, width)) : null;
        // Near zero: a prefix of large random keys would drown what the model sees.
        return new(config, [new PromptPart(model, PromptForm.KeysAndValues, tokens, width, encoder, (slot, seed) => slot.Normal(model, 0.02, seed))]);
    }
}
