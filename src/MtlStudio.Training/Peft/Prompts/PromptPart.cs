using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>How virtual tokens enter the model.</summary>
internal enum PromptForm
{
    /// <summary>As (n, hidden) embeddings in front of a document's.</summary>
    Embeddings,
    /// <summary>As (n, layers · 2 · key heads · head dim) keys and values.</summary>
    KeysAndValues,
}

/// <summary>
/// Virtual tokens on a model. PEFT's file holds what the model reads (<c>prompt_embeddings</c>); where an encoder gives
/// that, its own tensors lie in training_state.safetensors, without which the prompt itself is trained on.
/// </summary>
internal sealed class PromptPart(CausalLm model, PromptForm form, int count, long width, IPromptEncoder? encoder, Action<ParameterSlot, long> start) : IAdapterPart, ITrainedInside, IVirtualTokens
{
    public const string StateFile = "training_state.safetensors";

    private ParameterSlot Prompt { get; } = new("prompt_embeddings", [count, width]);

    public int Count => count;
    public IReadOnlyList<AdapterTensor> Tensors => [new(Prompt.Name, Prompt, IsTrained: encoder is null)];
    public IReadOnlyList<ParameterSlot> Trained => encoder?.Slots ?? [Prompt];

    public bool Gives(ParameterSlot slot) => encoder is not null && slot == Prompt;

    public void Start(long seed)
    {
        if (encoder is null) start(Prompt, seed);
        else encoder.Start(model, seed);
    }

    public void PutOn()
    {
        if (model.Virtual is not null) throw new InvalidOperationException("The model has virtual tokens already: dispose that adapter first");
        model.Virtual = this;
    }

    public void TakeOff()
    {
        if (ReferenceEquals(model.Virtual, this)) model.Virtual = null;
    }

    public Tensor? Embeddings() => form == PromptForm.Embeddings ? Values() : null;

    public IReadOnlyList<(Tensor Keys, Tensor Values)>? KeysAndValues()
    {
        if (form != PromptForm.KeysAndValues) return null;
        var (layers, heads, dim) = (model.Config.NumHiddenLayers, model.Config.NumKeyValueHeads, model.Config.HeadDim);
        var all = Values().to(model.Dtype).view(count, 2L * layers, heads, dim).permute(1, 2, 0, 3); // (2·layers, key heads, n, head dim)
        return [.. Enumerable.Range(0, layers).Select(layer => (all[2 * layer], all[2 * layer + 1]))];
    }

    public void Merge(MergedWeights weights) => throw MergedWeights.Impossible("A prompt", "its virtual tokens are an input, not a weight");

    public void Save(string folder)
    {
        if (encoder is null) return;
        using var scope = NewDisposeScope();
        Prompt.Own(encoder.Encode().detach().to(model.MasterType, copy: true));
        SafetensorsWriter.Write(Path.Combine(folder, StateFile), encoder.Slots.Select(slot => new NamedTensor(slot.Name, slot.Stored)), new Dictionary<string, string> { ["format"] = "pt" });
    }

    public void Read(string folder)
    {
        if (encoder is not null) AdapterTensors.ReadInPlace(Path.Combine(folder, StateFile), Inside());
    }

    public void Load(string folder)
    {
        if (encoder is null) return;
        using var file = SafetensorsFile.Open(Path.Combine(folder, StateFile));
        if (encoder.Slots.FirstOrDefault(slot => !file.Contains(slot.Name) || !file.Entry(slot.Name).Shape.SequenceEqual(slot.Shape)) is { } misfit)
            throw new InvalidInputException(StateFile, $"it has no tensor {misfit.Name} [{string.Join(", ", misfit.Shape)}]: it belongs to another adapter; without the file the prompt itself can be used and trained");
        AdapterTensors.Take(file, Inside(), model);
    }

    private IEnumerable<AdapterTensor> Inside() => encoder!.Slots.Select(slot => new AdapterTensor(slot.Name, slot));

    private Tensor Values() => encoder is null ? Prompt.Value : encoder.Encode();
}
