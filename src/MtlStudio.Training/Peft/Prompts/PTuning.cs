using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Options of <see cref="PTuning"/>.</summary>
public sealed record PTuningOptions
{
    public int Tokens { get; init; } = 20;
    /// <summary>An LSTM before the dense layers, as in the paper; else dense layers alone.</summary>
    public bool Lstm { get; init; }
    /// <summary>Width inside the encoder.</summary>
    public int Width { get; init; } = 128;
    /// <summary>Layers of the LSTM.</summary>
    public int LstmLayers { get; init; } = 2;
}

/// <summary>P-tuning (Liu et al. 2021): virtual tokens that a small encoder gives, which makes them easier to train.</summary>
public static class PTuning
{
    internal const string PeftType = "P_TUNING";

    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static Adapter Attach(CausalLm model, PTuningOptions options, long seed)
    {
        PromptCounts.Check(model, options.Tokens);
        var errors = new List<FieldError>();
        if (options.Width < 1) errors.Add(new("width", $"Width must be at least 1 (you gave {options.Width})"));
        if (options.LstmLayers < 1) errors.Add(new("lstmLayers", $"LSTM layers must be at least 1 (you gave {options.LstmLayers})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, Plan(model, options, encoded: true), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        var options = new PTuningOptions
        {
            Tokens = PromptCounts.Read(config), Lstm = config.String("encoder_reparameterization_type", "MLP") == "LSTM",
            Width = config.Int("encoder_hidden_size", source.Model.Config.HiddenSize), LstmLayers = config.Int("encoder_num_layers", 2),
        };
        return Plan(source.Model, options, File.Exists(Path.Combine(source.Folder, PromptPart.StateFile)));
    }

    private static AdapterPlan Plan(CausalLm model, PTuningOptions options, bool encoded)
    {
        var hidden = model.Config.HiddenSize;
        var config = PromptCounts.Config(model, PeftType, options.Tokens, hidden, model.Config.NumAttentionHeads);
        config["encoder_dropout"] = 0.0;
        config["encoder_hidden_size"] = options.Width;
        config["encoder_num_layers"] = options.LstmLayers;
        config["encoder_reparameterization_type"] = options.Lstm ? "LSTM" : "MLP";
        IPromptEncoder? encoder = !encoded ? null : options.Lstm ? new LstmEncoder(options.Tokens, hidden, options.Width, options.LstmLayers)
            : new DenseEncoder(options.Tokens, hidden, new("mlp_head", x => functional.relu(x), hidden, options.Width, options.Width, hidden));
        return new(config, [new PromptPart(model, PromptForm.Embeddings, options.Tokens, hidden, encoder, (slot, seed) => slot.Normal(model, 1, seed))]);
    }
}
