using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Regularization;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>A fine-tuning's weights in a checkpoint's folder: an adapter as PEFT keeps it, or a model in Hugging Face layout.</summary>
/// <param name="baseModel">Where the base model lies; an adapter's config names it.</param>
public sealed class FineTuningWeights(IFineTuning tuning, string baseModel) : ITrainedWeights
{
    public void Write(string folder)
    {
        if (tuning is LoraAdapter lora) lora.Save(folder, baseModel);
        else tuning.Save(folder);
    }

    public void Read(string folder)
    {
        var (path, prefix) = tuning is LoraAdapter
            ? (Path.Combine(folder, LoraTensors.File), LoraTensors.Prefix)
            : (Path.Combine(folder, CheckpointFolder.SingleFile), "");
        if (!File.Exists(path)) throw new InvalidInputException("checkpoint", $"{path} is not there: the checkpoint is of another kind of fine-tuning");
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(path);
        foreach (var slot in tuning.Parameters)
        {
            using var scope = NewDisposeScope();
            slot.Value.copy_(file.Tensor(prefix + slot.Name));
        }
    }

    /// <summary>The parameters as the flat buffer takes them.</summary>
    /// <param name="decayNorms">Whether vectors (norms and biases) decay as matrices do.</param>
    /// <param name="layerRateDecay">The rate of each layer is that of the layer above times this (<see cref="LayerRates"/>).</param>
    public static IReadOnlyList<TrainableParameter> Trainable(IFineTuning tuning, bool decayNorms, double layerRateDecay = 1) =>
        [.. tuning.Parameters.Select(slot => new TrainableParameter(slot.Name, slot.Value, decayNorms || slot.Shape.Count > 1, slot.Bind)
        {
            RateFactor = LayerRates.Factor(slot.Name, tuning.Model.Config.NumHiddenLayers, layerRateDecay),
        })];
}
