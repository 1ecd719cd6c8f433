using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models.Families;
using MtlStudio.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>
/// A causal language model: a decoder with its parameters, loaded from a folder in Hugging Face layout or made anew.
/// Results of <see cref="Hidden"/> and <see cref="Logits"/> belong to the caller's dispose scope. Not thread-safe.
/// </summary>
public sealed class CausalLm : IDisposable
{
    private readonly Decoder decoder;
    private readonly ParameterRegistry registry;
    private readonly RotaryTable? rotary;
    private readonly List<Tensor> penalties = [];
    private readonly Recomputation recomputation = new();
    private IReadOnlyList<ParameterSlot>? parameters; // made when first asked for: loading may end a tie

    private CausalLm(ModelConfig config, JsonObject json, IDecoderFamily family, LoadOptions options)
    {
        (Config, ConfigJson, Device, Dtype, MasterType) = (config, json, options.Device, options.Dtype, options.Masters ? ScalarType.Float32 : options.Dtype);
        registry = new();
        decoder = family.Build(config, registry);
        if (options.Masters) foreach (var slot in registry.Slots.Values) slot.ComputeIn(Dtype);
        if (config.Rope is not null) rotary = new(config.Rope, config.HeadDim, config.MaxPositionEmbeddings, options.Dtype, options.Device);
    }

    public ModelConfig Config { get; }
    /// <summary>config.json as it was read or would be written.</summary>
    internal JsonObject ConfigJson { get; }
    /// <summary>Where the model was loaded from; null for one made anew.</summary>
    public string? Folder { get; private init; }
    /// <summary>Whether the head uses the embedding's tensor.</summary>
    public bool IsTied => decoder.Head.Weight.TiedTo is not null;
    public Device Device { get; }
    public ScalarType Dtype { get; }
    /// <summary>The type that what is trained is kept in; <see cref="Dtype"/> but for training in fewer bits.</summary>
    public ScalarType MasterType { get; }

    /// <summary>What the loader found odd (unused tensors, NaN, heads that are not tied), one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Every parameter once (tied ones under the embedding's name), in ordinal order of the Hugging Face names.</summary>
    public IReadOnlyList<ParameterSlot> Parameters =>
        parameters ??= [.. registry.Slots.Values.Where(s => s.TiedTo is null).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Every linear layer, the head too, in the order of the computation's layers; adapters are put here.</summary>
    public IReadOnlyList<Linear> Linears => registry.Linears;

    /// <summary>The layer that gives the logits.</summary>
    public Linear Head => decoder.Head;

    /// <summary>The tables of embeddings.</summary>
    public IReadOnlyList<TokenEmbedding> Embeddings => registry.Embeddings;

    /// <summary>Where attention and MLP of each layer join the residual stream; bottleneck adapters are put here.</summary>
    public IReadOnlyList<ResidualSum> Residuals => registry.Residuals;

    /// <summary>Output heads of tasks, by task; a task without one answers by text.</summary>
    public IReadOnlyDictionary<string, Heads.TaskHead> Heads { get; internal set; } = new Dictionary<string, Heads.TaskHead>();

    /// <summary>Trained tokens in front of every document, or null.</summary>
    public IVirtualTokens? Virtual { get; set; }

    /// <summary>The layers that keep their input alone for the backward pass; the first that is trained keeps all. It changes memory and time, and no bit.</summary>
    public ActivationCheckpointing Checkpointing { get; set; }

    /// <summary>
    /// The task whose examples are computed now, for what is private to a task or to a group of them; null: no task is
    /// named, and such parts say so. Whoever feeds the model sets it.
    /// </summary>
    public string? Task
    {
        get;
        set
        {
            if (field == value) return;
            field = value;
            TaskChanged?.Invoke(value);
        }
    }

    /// <summary>Told when <see cref="Task"/> changes.</summary>
    internal event Action<string?>? TaskChanged;

    /// <summary>Every parameter by name, tied ones too.</summary>
    internal IReadOnlyDictionary<string, ParameterSlot> Slots => registry.Slots;

    /// <summary>Loads config.json and the weights. No parameter asks for a gradient.</summary>
    /// <exception cref="InvalidInputException">Every fault found, each naming the file, the field or tensor, and the cure.</exception>
    public static CausalLm Load(string folder, LoadOptions? options = null)
    {
        options ??= new();
        var (config, json, family) = ReadConfig(folder);
        using var checkpoint = CheckpointFolder.Open(folder);
        if (config.NumHiddenLayers > checkpoint.Names.Count)
            throw new InvalidInputException("config.json:num_hidden_layers", $"it is {config.NumHiddenLayers}, but the weights are {checkpoint.Names.Count} tensors: give the config.json that belongs to the file");
        var model = new CausalLm(config, json, family, options) { Folder = folder };
        try
        {
            model.Warnings = ParameterLoader.Load(checkpoint, model.registry, family, options);
            model.Pack(options.Quantize);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a model anew: weights normal with the config's <see cref="ModelConfig.InitializerRange"/>, norms one, biases
    /// zero, each drawn by seed and name.
    /// </summary>
    /// <exception cref="InvalidInputException">The family is unknown.</exception>
    public static CausalLm Create(ModelConfig config, long seed, LoadOptions? options = null)
    {
        options ??= new();
        var family = DecoderFamilies.Find(config.ModelType)
            ?? throw new InvalidInputException("modelType", $"\"{config.ModelType}\" is not supported: supported are {string.Join(", ", DecoderFamilies.ModelTypes)}");
        var model = new CausalLm(config, family.WriteConfig(config), family, options);
        ParameterStarter.Fill(model.Parameters, config.InitializerRange, seed, options);
        return model;
    }

    /// <summary>Reads a folder's config.json.</summary>
    /// <exception cref="InvalidInputException">Every fault of the file, with the field.</exception>
    public static ModelConfig ReadConfigOf(string folder) => ReadConfig(folder).Config;

    /// <summary>Keeps what is not trained in the type it is computed in, once what is trained has its own tensors (<see cref="LoadOptions.Masters"/>).</summary>
    public void Settle()
    {
        using var frozen = no_grad();
        foreach (var slot in registry.Slots.Values.Where(slot => slot.TiedTo is null)) slot.Settle();
    }

    private void Pack(string way)
    {
        if (WeightPacking.Find(way) is not { } pack) return;
        foreach (var layer in Linears.Where(layer => layer != Head && layer.Weight.TiedTo is null))
            layer.Weight.Pack(layer.IsTransposed ? TransposedWeight.Pack(layer.Weight.Stored, pack) : pack(layer.Weight.Stored), Dtype);
    }

    private static (ModelConfig Config, JsonObject Json, IDecoderFamily Family) ReadConfig(string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException("model", $"{Path.GetFullPath(folder)} is not there: name a folder in Hugging Face layout");
        var reader = ConfigReader.Open(Path.Combine(folder, "config.json"), []);
        var family = DecoderFamilies.Find(reader);
        var config = family?.ReadConfig(reader);
        reader.ThrowIfFaulty();
        return (config!, reader.Json(), family!);
    }

    /// <summary>
    /// Hidden states after the final norm: (batch, length, hidden). Gradients flow to those parameters and adapters that
    /// ask for them, and no deeper than the first of them.
    /// </summary>
    /// <param name="ids">int64 (batch, length), each below the vocabulary's size.</param>
    /// <param name="layout">Who sees whom; its batch and length must be those of <paramref name="ids"/>.</param>
    /// <param name="cache">Filled and used where given; for decoding, without gradients.</param>
    /// <param name="dropout">The key of adapters' dropout masks; null: nothing is dropped (evaluation).</param>
    /// <param name="onLayerInput">Sees the input of each layer (batch·length, hidden) as it is computed: the layer's number from 0, and the tensor, valid during the call (what the call makes is disposed with the pass unless detached from its scope).</param>
    /// <param name="keepVirtual">Gives the states of virtual tokens that have embeddings too, before those of <paramref name="ids"/>: (batch, n + length, hidden).</param>
    public Tensor Hidden(Tensor ids, AttentionLayout layout, KvCache? cache = null, DropoutKey? dropout = null, Action<int, Tensor>? onLayerInput = null, bool keepVirtual = false)
    {
        if (ids.shape is not [var batch, var length] || batch != layout.Batch || length != layout.Length)
            throw new ArgumentException($"ids have shape [{string.Join(", ", ids.shape)}] and the layout is ({layout.Batch}, {layout.Length})", nameof(ids));
        CheckPositions(layout.Past > 0 ? layout.PositionCount : layout.PositionCount + VirtualColumns);
        using var outer = NewDisposeScope();
        // A cache that is in use holds the virtual tokens already.
        var virtualTokens = layout.Past > 0 ? null : Virtual;
        var embedded = virtualTokens?.Embeddings();
        var seen = virtualTokens is null ? layout : layout.Behind(virtualTokens.Count);
        var pass = new ForwardPass
        {
            Layout = embedded is null ? layout : seen, Device = Device, Type = Dtype, Cache = cache, Dropout = dropout,
            Prefix = virtualTokens?.KeysAndValues(), PrefixLength = embedded is null ? seen.Length - layout.Length : 0, Penalties = is_grad_enabled() ? penalties : null,
        };
        pass.Prepare(rotary, Config.NumAttentionHeads);
        var x = decoder.Embed(ids, pass);
        if (dropout is not null) x = dropout.Apply(dropout.Embedded?.Invoke(x, layout.Length) ?? x, dropout.Rates.Embedding, "embeddings");
        if (embedded is not null)
            x = cat([embedded.to(x.dtype).unsqueeze(0).expand(batch, -1, -1), x.view(batch, length, -1)], 1).view(batch * seen.Length, -1);
        if (decoder.Place is not null) x = decoder.Place(x, pass);
        for (var i = 0; i < decoder.Layers.Count; i++)
        {
            onLayerInput?.Invoke(i, x);
            using var scope = NewDisposeScope();
            using var before = x;
            x = (IsCheckpointed(i, x, cache) ? CheckpointedLayer.Run(i, decoder.Layers[i], x, pass, recomputation) : decoder.Layers[i](x, pass)).MoveToOuterDisposeScope();
        }
        cache?.Advance(seen, Dtype, Device);
        var normed = decoder.Norm(x).view(batch, pass.Layout.Length, -1);
        return (keepVirtual || embedded is null ? normed : normed.narrow(1, virtualTokens!.Count, length)).MoveToOuterDisposeScope();
    }

    private bool IsCheckpointed(int layer, Tensor x, KvCache? cache) => x.requires_grad && cache is null && is_grad_enabled() && Checkpointing switch
    {
        ActivationCheckpointing.All => true,
        ActivationCheckpointing.Alternate => layer % 2 == 1,
        _ => false,
    };

    /// <summary>Logits of hidden states: (…, hidden) → (…, vocabulary), in the model's type.</summary>
    /// <param name="hidden">As <see cref="Hidden"/> gives them, or rows chosen from them.</param>
    /// <param name="dropout">As in <see cref="Hidden"/>, for an adapter on the head.</param>
    public Tensor Logits(Tensor hidden, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        var shape = hidden.shape;
        var rows = hidden.reshape(-1, shape[^1]);
        var pass = new ForwardPass { Layout = AttentionLayout.Causal(1, (int)rows.shape[0]), Device = Device, Type = Dtype, Dropout = dropout };
        return decoder.Head.Forward(rows, pass).view([.. shape[..^1], Config.VocabSize]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The sum of what adapters asked to be added to the loss since the last call (as a router's load balance), a scalar
    /// with gradients in the caller's dispose scope; null where none did.
    /// </summary>
    public Tensor? TakePenalty()
    {
        if (penalties.Count == 0) return null;
        using var all = stack(penalties);
        DropPenalties();
        return all.sum();
    }

    /// <summary>Forgets the penalties that a pass which failed has left.</summary>
    public void DropPenalties()
    {
        foreach (var penalty in penalties) penalty.Dispose();
        penalties.Clear();
    }

    private void CheckPositions(int count)
    {
        if (Config.LearnedPositions && count > Config.MaxPositionEmbeddings)
            throw new InvalidInputException("length", $"The model has {Config.MaxPositionEmbeddings:#,0} trained positions and the text asks for {count:#,0}: give a shorter one, or fewer new tokens");
    }

    /// <summary>Room that virtual tokens take in a KV cache.</summary>
    public int VirtualColumns => Virtual?.Count ?? 0;

    /// <summary>
    /// 0, or the length that the position angles of an input of <paramref name="length"/> depend on: a KV cache filled
    /// under another value must be filled anew.
    /// </summary>
    public int PositionBasis(int length) => rotary?.BasisOf(length + VirtualColumns) ?? 0;

    public void Dispose()
    {
        foreach (var slot in registry.Slots.Values) slot.Dispose();
        DropPenalties();
        rotary?.Dispose();
        recomputation.HandOver(null);
    }
}
