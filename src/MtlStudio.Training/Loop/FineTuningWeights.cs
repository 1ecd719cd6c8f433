using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Regularization;

namespace MtlStudio.Training.Loop;

/// <summary>A fine-tuning's weights in a checkpoint's folder: an adapter as PEFT keeps it, or a model in Hugging Face layout.</summary>
/// <param name="baseModel">Where the base model lies; an adapter's config names it.</param>
public sealed class FineTuningWeights(IFineTuning tuning, string baseModel) : ITrainedWeights
{
    public void Write(string folder) => tuning.Save(folder, baseModel);

    public void Read(string folder) => tuning.Read(folder);

    /// <summary>The parameters as the flat buffer takes them.</summary>
    /// <param name="decayNorms">Whether vectors (norms, biases and factors that begin at 1) decay as matrices do.</param>
    /// <param name="layerRateDecay">The rate of each layer is that of the layer above times this (<see cref="LayerRates"/>).</param>
    public static IReadOnlyList<TrainableParameter> Trainable(IFineTuning tuning, bool decayNorms, double layerRateDecay = 1) =>
        [.. tuning.Parameters.Select(slot => new TrainableParameter(tuning.NameOf(slot), slot.Stored, decayNorms || (slot.Shape.Count > 1 && slot.Start != ParameterStart.Ones), slot.Bind)
        {
            Owner = tuning.OwnerOf(slot), MovedBy = tuning.MovedBy(slot), RateFactor = tuning.RateFactor(slot) * LayerRates.Factor(slot.Name, tuning.Model.Config.NumHiddenLayers, layerRateDecay),
        })];
}
