using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>Every parameter is trained; tied ones count once.</summary>
public sealed class FullFineTuning(CausalLm model) : IFineTuning
{
    public CausalLm Model => model;
    public IReadOnlyList<ParameterSlot> Parameters { get; } = model.Parameters;

    public void Save(string folder, string? baseModel = null) => ModelFolder.Write(model, folder);

    public void Read(string folder) => AdapterTensors.ReadInPlace(Path.Combine(folder, CheckpointFolder.SingleFile), Parameters.Select(slot => new AdapterTensor(slot.Name, slot)));

    public void SaveMerged(string folder) => ModelFolder.Write(model, folder);

    /// <summary>Leaves the model as it is.</summary>
    public void Dispose() { }
}
