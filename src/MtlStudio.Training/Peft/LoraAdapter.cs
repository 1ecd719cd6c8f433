using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>
/// A LoRA on a model's linear layers; disposing it takes it off again. Folders are PEFT's: <c>adapter_config.json</c> and
/// <c>adapter_model.safetensors</c>.
/// </summary>
public sealed class LoraAdapter : IFineTuning
{
    private readonly SortedDictionary<string, (Linear Layer, LoraLinear Lora)> adapted = new(StringComparer.Ordinal);

    private LoraAdapter(CausalLm model, LoraOptions options)
    {
        (Model, Options) = (model, options);
        foreach (var target in LoraTargets.Match(model, options))
        {
            var layer = target.Layer;
            if (layer.Adapter is not null) throw new InvalidOperationException($"{layer.Name} has an adapter already: dispose that one first");
            var a = new ParameterSlot($"{layer.Name}.lora_A.weight", [target.Rank, layer.InFeatures]);
            var b = new ParameterSlot($"{layer.Name}.lora_B.weight", [layer.OutFeatures, target.Rank], ParameterStart.Zeros);
            adapted[layer.Name] = (layer, new(a, b, target.Scaling, options.Dropout));
        }
        Parameters = [.. adapted.Values.SelectMany(t => new[] { t.Lora.A, t.Lora.B }).OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    public CausalLm Model { get; }
    public LoraOptions Options { get; }

    /// <summary>A and B of each adapted layer, as <c>model.layers.0.self_attn.q_proj.lora_A.weight</c>.</summary>
    public IReadOnlyList<ParameterSlot> Parameters { get; }

    /// <summary>The factor on B·A by module name.</summary>
    public IReadOnlyDictionary<string, double> Scalings => adapted.ToDictionary(t => t.Key, t => t.Value.Lora.Scaling);

    /// <summary>
    /// Puts a new adapter on the model: A uniform in ±1/√in (PEFT's Kaiming start), drawn by seed and module name; B zero,
    /// so that the model computes what it did.
    /// </summary>
    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static LoraAdapter Attach(CausalLm model, LoraOptions options, long seed)
    {
        var adapter = new LoraAdapter(model, options);
        using var frozen = no_grad();
        foreach (var (_, lora) in adapter.adapted.Values)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(new KeyedRandom(seed, lora.A.Name).NextUInt64() >> 1);
            var bound = 1 / Math.Sqrt(lora.A.Shape[1]);
            lora.A.Own(empty([.. lora.A.Shape], ScalarType.Float32).uniform_(-bound, bound, generator).to(model.Dtype, model.Device));
            lora.B.Own(zeros([.. lora.B.Shape], model.Dtype, model.Device));
        }
        return adapter.PutOn();
    }

    /// <summary>Puts an adapter of a PEFT folder on the model, without dropout unless the loop passes a key.</summary>
    /// <exception cref="InvalidInputException">A fault in the folder, a kind of adapter that is not supported, or tensors that don't fit the model.</exception>
    public static LoraAdapter Load(CausalLm model, string folder)
    {
        var adapter = new LoraAdapter(model, LoraConfigFile.Read(folder));
        try
        {
            LoraTensors.Read(folder, adapter.Parameters, model);
            return adapter.PutOn();
        }
        catch
        {
            foreach (var slot in adapter.Parameters) slot.Dispose();
            throw;
        }
    }

    private LoraAdapter PutOn()
    {
        foreach (var (layer, lora) in adapted.Values) layer.Adapter = lora;
        return this;
    }

    public void Save(string folder) => Save(folder, baseModel: null);

    /// <summary>Writes adapter_config.json and adapter_model.safetensors into an existing folder.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="baseModel">What the config calls the base model; PEFT loads it from there.</param>
    public void Save(string folder, string? baseModel)
    {
        LoraTensors.Write(folder, Parameters);
        LoraConfigFile.Write(folder, Options, baseModel);
    }

    /// <summary>Writes the model with the adapter worked into its weights, in Hugging Face layout, into an existing folder. Model and adapter stay as they are.</summary>
    public void SaveMerged(string folder)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        ModelFolder.Write(Model, folder, adapted.Values.ToDictionary(t => t.Layer.Weight.Name, t => t.Layer.Weight.Value.add(t.Lora.Delta())));
    }

    public void Dispose()
    {
        foreach (var (layer, lora) in adapted.Values)
            if (ReferenceEquals(layer.Adapter, lora)) layer.Adapter = null;
        foreach (var slot in Parameters) slot.Dispose();
    }
}
