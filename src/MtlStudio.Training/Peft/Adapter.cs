using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Sharing;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>
/// An adapter on a model, of any kind: its parts compute beside or before the model's own layers, whose tensors stay as
/// they are; disposing it takes it off again. Folders are PEFT's (adapter_config.json, adapter_model.safetensors).
/// </summary>
public sealed class Adapter : IFineTuning
{
    private readonly AdapterPlan plan;
    private readonly List<AdapterTensor> tensors;
    private List<ParameterSlot>? merged;

    private Adapter(CausalLm model, AdapterPlan plan)
    {
        (Model, this.plan) = (model, plan);
        tensors = [.. plan.Parts.SelectMany(part => part.Tensors).DistinctBy(tensor => tensor.Key)];
        Parameters = [.. plan.Parts.SelectMany(part => (part as ITrainedInside)?.Trained ?? part.Tensors.Where(tensor => tensor.IsTrained).Select(tensor => tensor.Slot)).Distinct().OrderBy(slot => slot.Name, StringComparer.Ordinal)];
    }

    public CausalLm Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSlot> Parameters { get; }

    /// <summary>
    /// LoRA+ (Hayou et al. 2024): the rate of every B and of every vector, divided by that of the A's; 1: equal rates.
    /// </summary>
    public double LoraPlusRatio { get; set; } = 1;

    /// <inheritdoc/>
    public double RateFactor(ParameterSlot slot) =>
        !slot.Name.Contains("lora_embedding", StringComparison.Ordinal) && (slot.Name.Contains("lora_B", StringComparison.Ordinal) || slot.Shape.Count == 1) ? LoraPlusRatio : 1;

    /// <summary>What the catalog calls the method; null for a kind it does not have.</summary>
    public string? Method => AdapterKinds.Method(plan.Config);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tasks => plan.Tasks;

    /// <inheritdoc/>
    public PrivateOwner? OwnerOf(ParameterSlot slot) => tensors.Find(tensor => tensor.Slot == slot)?.Task is { } task ? new(task, [task]) : null;

    /// <summary>A copy of adapter_config.json as it is written, without the base model's name.</summary>
    public JsonObject Config => (JsonObject)plan.Config.DeepClone();

    /// <summary>The factor on B·A by module name, for the kinds that have it.</summary>
    public IReadOnlyDictionary<string, double> Scalings => plan.Parts.OfType<IScaled>().ToDictionary(part => part.Module, part => part.Scaling);

    /// <summary>Puts a new adapter on the model; its values are drawn by seed and name.</summary>
    internal static Adapter New(CausalLm model, AdapterPlan plan, long seed)
    {
        using var frozen = no_grad();
        foreach (var part in plan.Parts) part.Start(seed);
        return new Adapter(model, plan).PutOn();
    }

    /// <summary>Puts an adapter of a folder on the model; nothing is dropped unless the loop passes a key.</summary>
    /// <exception cref="InvalidInputException">A fault in the folder, a kind that is not known, or tensors that don't fit the model.</exception>
    public static Adapter Load(CausalLm model, string folder)
    {
        using var frozen = no_grad();
        var adapter = new Adapter(model, AdapterKinds.Read(model, folder));
        try
        {
            AdapterTensors.Read(folder, adapter.tensors, model);
            foreach (var part in adapter.plan.Parts.OfType<ITrainedInside>()) part.Load(folder);
            return adapter.PutOn();
        }
        catch
        {
            foreach (var tensor in adapter.tensors) tensor.Slot.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Save(string folder, string? baseModel = null)
    {
        using var frozen = no_grad();
        foreach (var part in plan.Parts.OfType<ITrainedInside>()) part.Save(folder);
        AdapterTensors.Write(Path.Combine(folder, AdapterTensors.File), tensors);
        AdapterFolder.WriteConfig(folder, plan.Config, baseModel);
    }

    /// <inheritdoc/>
    public void Read(string folder)
    {
        var inside = plan.Parts.OfType<ITrainedInside>().ToList();
        AdapterTensors.ReadInPlace(Path.Combine(folder, AdapterTensors.File), tensors.Where(tensor => !inside.Exists(part => part.Gives(tensor.Slot))));
        foreach (var part in inside) part.Read(folder);
    }

    /// <inheritdoc/>
    public void SaveMerged(string folder)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        ModelFolder.Write(Model, folder, Merged().Changed);
    }

    /// <summary>Works the adapter into the weights the model computes with, until <see cref="Unmerge"/>: generation is as quick as the base model's. The base model's own tensors are kept.</summary>
    /// <exception cref="InvalidInputException">No weights compute the same.</exception>
    public void Merge()
    {
        if (merged is not null) return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var weights = Merged();
        TakeOff();
        merged = [];
        foreach (var (name, value) in weights.Changed)
        {
            var place = Model.Slots[name];
            var slot = new ParameterSlot(name, [.. place.Shape]);
            slot.Own(value.clone());
            place.Replacement = slot;
            merged.Add(place);
        }
    }

    /// <summary>Takes the adapter out of the weights again: the model's own tensors are those from before, bit for bit.</summary>
    public void Unmerge()
    {
        if (merged is null) return;
        foreach (var place in merged)
        {
            place.Replacement?.Dispose();
            place.Replacement = null;
        }
        merged = null;
        PutOn();
    }

    public void Dispose()
    {
        if (merged is not null) Unmerge();
        TakeOff();
        foreach (var slot in tensors.Select(tensor => tensor.Slot).Concat(Parameters)) slot.Dispose();
        foreach (var part in plan.Parts.OfType<IDisposable>()) part.Dispose();
    }

    /// <summary>Works the adapter into weights that may hold another's changes already.</summary>
    internal void MergeInto(MergedWeights weights)
    {
        foreach (var part in plan.Parts) part.Merge(weights);
    }

    /// <summary>Lets the model compute with it.</summary>
    internal Adapter PutOn()
    {
        foreach (var part in plan.Parts) part.PutOn();
        return this;
    }

    /// <summary>Lets the model compute without it; its values stay.</summary>
    internal void TakeOff()
    {
        foreach (var part in plan.Parts) part.TakeOff();
    }

    private MergedWeights Merged()
    {
        var weights = new MergedWeights(Model);
        MergeInto(weights);
        return weights;
    }
}
