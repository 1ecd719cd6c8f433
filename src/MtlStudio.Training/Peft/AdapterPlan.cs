using System.Text.Json.Nodes;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>An adapter before it has values: what its config says, and its parts on a model.</summary>
/// <param name="Config">adapter_config.json, without the base model's name.</param>
/// <param name="Parts">In the order in which they are put on.</param>
internal sealed record AdapterPlan(JsonObject Config, IReadOnlyList<IAdapterPart> Parts)
{
    /// <summary>Tasks that have tensors of their own in it.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];
}

/// <summary>A part with a factor on what it adds.</summary>
internal interface IScaled
{
    string Module { get; }
    double Scaling { get; }
}

/// <summary>A part whose file holds what its trained tensors give, as a reparametrized prompt; those are kept in a file beside.</summary>
internal interface ITrainedInside
{
    IReadOnlyList<ParameterSlot> Trained { get; }

    /// <summary>Whether the slot of the file follows from the trained tensors.</summary>
    bool Gives(ParameterSlot slot);

    /// <summary>Writes the trained tensors, and works out what the adapter's file holds.</summary>
    void Save(string folder);

    /// <summary>Reads the trained tensors in place.</summary>
    void Read(string folder);

    /// <summary>Gives the trained tensors the values of a folder.</summary>
    void Load(string folder);
}
