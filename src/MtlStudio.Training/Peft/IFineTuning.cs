using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>What of a model is trained: the parameters, and the form in which they are kept.</summary>
public interface IFineTuning : IDisposable
{
    CausalLm Model { get; }

    /// <summary>The trained parameters in ordinal order of their names; the loop puts views of its flat buffer in their place (<see cref="ParameterSlot.Bind"/>).</summary>
    IReadOnlyList<ParameterSlot> Parameters { get; }

    /// <summary>Writes the current values into an existing folder: an adapter, or the whole model in Hugging Face layout.</summary>
    void Save(string folder);
}
