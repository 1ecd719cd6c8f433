using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Weights;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>The parts of a LoRA on a model.</summary>
internal static class LoraPlan
{
    /// <param name="saved">Names in a folder's file; whole tensors of the model among them replace the base's. None: a new adapter.</param>
    /// <exception cref="InvalidInputException">A target fits nothing.</exception>
    public static AdapterPlan Of(CausalLm model, LoraOptions options, IReadOnlySet<string>? saved = null)
    {
        var errors = new List<FieldError>();
        var (linears, tables) = ModuleTargets.Match(model, options.Choice, errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        var parts = new List<IAdapterPart>();
        var adapted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in linears)
        {
            var (rank, scaling) = options.Of(layer.Name);
            parts.Add(options.Dora ? new DoraLinear(model, layer, rank, scaling, options.Dropout) : new LoraLinear(model, layer, rank, scaling, options.Dropout));
            adapted.Add(layer.Name);
        }
        foreach (var table in tables)
        {
            var (rank, scaling) = options.Of(table.Name);
            parts.Add(new LoraEmbedding(model, table, rank, scaling));
            adapted.Add(table.Name);
        }
        if (options.TrainableTokens.Count > 0) parts.Add(new TokenRows(model, model.Embeddings[0], options.TrainableTokens));
        parts.InsertRange(0, WholeParameters.Of(model, options.Bias, options.ModulesToSave, adapted, saved));
        return new(LoraConfigFile.Of(options, linears.Any(layer => layer.IsTransposed)), parts);
    }
}
