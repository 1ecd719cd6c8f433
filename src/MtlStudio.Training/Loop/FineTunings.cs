using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;

namespace MtlStudio.Training.Loop;

/// <summary>Makes the fine-tuning a spec names.</summary>
public static class FineTunings
{
    /// <param name="adapter">A PEFT folder to start from, or null.</param>
    /// <exception cref="InvalidInputException">The options do not fit the model, by field.</exception>
    public static IFineTuning Create(CausalLm model, RunSpec spec, string? adapter)
    {
        if (spec.Peft.Name == "lora") return Lora(model, spec, adapter);
        if (adapter is not null) throw new InvalidInputException("model.adapter", "Full fine-tuning starts from a model, not from an adapter: merge the adapter into the model first, or choose peft lora");
        return new FullFineTuning(model);
    }

    private static LoraAdapter Lora(CausalLm model, RunSpec spec, string? adapter)
    {
        try
        {
            return adapter is null ? LoraAdapter.Attach(model, OptionsOf(spec.Peft, model.Config.NumHiddenLayers), spec.Seed) : LoraAdapter.Load(model, adapter);
        }
        catch (InvalidInputException fault) when (adapter is null)
        {
            throw new InvalidInputException([.. fault.Errors.Select(error => error with
            {
                Field = error.Field.StartsWith("peft.", StringComparison.Ordinal) ? error.Field : $"peft.options.{(error.Field == "targetModules" ? "targets" : error.Field)}",
            })]);
        }
    }

    private static LoraOptions OptionsOf(MethodChoice peft, int layers) => new()
    {
        Rank = peft.Options.Integer(MethodKind.Peft, "lora", "rank"),
        Alpha = peft.Options.Number(MethodKind.Peft, "lora", "alpha"),
        Dropout = peft.Options.Number(MethodKind.Peft, "lora", "dropout"),
        TargetModules = peft.Options.Texts(MethodKind.Peft, "lora", "targets"),
        RankStabilized = peft.Options.Flag(MethodKind.Peft, "lora", "rsLora"),
        Layers = peft.Options.Text(MethodKind.Peft, "lora", "layers") is { Length: > 0 } chosen ? LayerRange.Parse(chosen, layers, "peft.options.layers") : null,
    };
}
