using MtlStudio.Training.Models;
using MtlStudio.Training.Sharing;

namespace MtlStudio.Training.Peft;

/// <summary>What of a model is trained: the parameters, and the form in which they are kept.</summary>
public interface IFineTuning : IDisposable
{
    CausalLm Model { get; }

    /// <summary>The trained parameters in ordinal order of their names; the loop puts views of its flat buffer in their place (<see cref="ParameterSlot.Bind"/>).</summary>
    IReadOnlyList<ParameterSlot> Parameters { get; }

    /// <summary>The tasks that have parts of their own; the model computes with those of <see cref="CausalLm.Task"/>. Empty: all is shared.</summary>
    IReadOnlyList<string> Tasks => [];

    /// <summary>Whose a trained parameter is; null: it is shared by all tasks.</summary>
    PrivateOwner? OwnerOf(ParameterSlot slot) => null;

    /// <summary>In whose steps a private parameter moves, where these are fewer tasks than its owner's; null: the owner's.</summary>
    PrivateOwner? MovedBy(ParameterSlot slot) => null;

    /// <summary>A parameter's name among all of them.</summary>
    string NameOf(ParameterSlot slot) => slot.Name;

    /// <summary>What the step's learning rate is multiplied by for a parameter.</summary>
    double RateFactor(ParameterSlot slot) => 1;

    /// <summary>Writes the current values into an existing folder: an adapter, or the whole model in Hugging Face layout.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="baseModel">What an adapter's config calls the base model; PEFT loads it from there.</param>
    void Save(string folder, string? baseModel = null);

    /// <summary>Reads back, bit for bit and in place, what <see cref="Save"/> wrote.</summary>
    /// <exception cref="Core.Runs.InvalidInputException">Something is missing, or belongs to another kind of fine-tuning.</exception>
    void Read(string folder);

    /// <summary>Writes the whole model as it computes now, in Hugging Face layout, into an existing folder. Model and adapter stay as they are.</summary>
    /// <exception cref="Core.Runs.InvalidInputException">No weights of the base model's form compute the same.</exception>
    void SaveMerged(string folder);
}
