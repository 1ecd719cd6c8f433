using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using static TorchSharp.torch;

namespace MtlStudio.Training.Sharing;

/// <summary>
/// One adapter for each task or group of tasks, beside a shared one or without: the model computes with that of
/// <see cref="CausalLm.Task"/>. In a folder each lies in a folder of its own, as PEFT keeps several, with a list of them.
/// </summary>
public sealed class TaskAdapters : IFineTuning
{
    public const string IndexFile = "adapters.json";
    private const string SharedFolder = "shared", OwnersFolder = "tasks";

    private readonly Adapter? shared;
    private readonly IReadOnlyList<(PrivateOwner Owner, Adapter Adapter)> own;
    private readonly Dictionary<ParameterSlot, PrivateOwner> owners = [];
    private Adapter? on;

    private sealed record Index(bool Shared, IReadOnlyList<PrivateOwner> Owners);

    private TaskAdapters(CausalLm model, Adapter? shared, IReadOnlyList<(PrivateOwner, Adapter)> own)
    {
        (Model, this.shared, this.own) = (model, shared, own);
        foreach (var (owner, adapter) in this.own)
            foreach (var slot in adapter.Parameters) owners[slot] = owner;
        Parameters = [.. shared?.Parameters ?? [], .. this.own.OrderBy(pair => pair.Owner.Name, StringComparer.Ordinal).SelectMany(pair => pair.Adapter.Parameters)];
        model.TaskChanged += Switch;
        Switch(model.Task);
    }

    public CausalLm Model { get; }
    public IReadOnlyList<ParameterSlot> Parameters { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tasks => [.. own.SelectMany(pair => pair.Owner.Tasks)];

    /// <summary>Puts a new adapter on the model for each owner.</summary>
    /// <param name="shared">On the model already, or null.</param>
    /// <param name="owners">Each task in one of them at most.</param>
    /// <param name="attach">Makes an adapter; each begins with the same values.</param>
    internal static TaskAdapters Create(CausalLm model, Adapter? shared, IReadOnlyList<PrivateOwner> owners, Func<Adapter> attach)
    {
        var made = new List<(PrivateOwner, Adapter)>();
        foreach (var owner in owners)
        {
            var adapter = attach();
            adapter.TakeOff();
            made.Add((owner, adapter));
        }
        return new(model, shared, made);
    }

    /// <summary>Whether a folder holds several adapters.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, IndexFile));

    /// <exception cref="InvalidInputException">A fault in one of the folders, or they do not fit the model.</exception>
    public static TaskAdapters Load(CausalLm model, string folder)
    {
        var index = ReadIndex(folder);
        var sharedAdapter = index.Shared ? Adapter.Load(model, Path.Combine(folder, SharedFolder)) : null;
        var loaded = new List<(PrivateOwner, Adapter)>();
        foreach (var owner in index.Owners)
        {
            var adapter = Adapter.Load(model, FolderOf(folder, owner));
            adapter.TakeOff();
            loaded.Add((owner, adapter));
        }
        return new(model, sharedAdapter, loaded);
    }

    public double RateFactor(ParameterSlot slot) => (shared ?? own[0].Adapter).RateFactor(slot);

    public PrivateOwner? OwnerOf(ParameterSlot slot) => owners.GetValueOrDefault(slot);

    public string NameOf(ParameterSlot slot) => OwnerOf(slot) is { } owner ? $"{owner.Name}/{slot.Name}" : slot.Name;

    /// <summary>The rate of LoRA+ for all of them.</summary>
    public void SetLoraPlusRatio(double ratio)
    {
        foreach (var adapter in All()) adapter.LoraPlusRatio = ratio;
    }

    public void Save(string folder, string? baseModel = null)
    {
        if (shared is not null) SaveIn(shared, Path.Combine(folder, SharedFolder), baseModel);
        foreach (var (owner, adapter) in own) SaveIn(adapter, FolderOf(folder, owner), baseModel);
        AtomicFile.WriteText(Path.Combine(folder, IndexFile), JsonSerializer.Serialize(new Index(shared is not null, [.. own.Select(pair => pair.Owner)]), WireJson.Indented) + "\n");
    }

    public void Read(string folder)
    {
        if (!IsIn(folder)) throw new InvalidInputException("checkpoint", $"{Path.Combine(folder, IndexFile)} is not there: the checkpoint is of another kind of fine-tuning");
        shared?.Read(Path.Combine(folder, SharedFolder));
        foreach (var (owner, adapter) in own) adapter.Read(FolderOf(folder, owner));
    }

    /// <summary>Merges what the model computes with now: the shared adapter and that of <see cref="CausalLm.Task"/>.</summary>
    public void SaveMerged(string folder)
    {
        if (on is null) throw TaskChoice.Missing(Model.Task, Tasks);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var weights = new MergedWeights(Model);
        shared?.MergeInto(weights);
        on.MergeInto(weights);
        ModelFolder.Write(Model, folder, weights.Changed);
    }

    public void Dispose()
    {
        Model.TaskChanged -= Switch;
        foreach (var adapter in All()) adapter.Dispose();
    }

    /// <summary>Copies the folders of a checkpoint's adapters into another, each naming the base model as others know it.</summary>
    internal static void Copy(string from, string to, string baseModel)
    {
        var index = ReadIndex(from);
        foreach (var folder in index.Owners.Select(owner => FolderOf("", owner)).Concat(index.Shared ? [SharedFolder] : []))
        {
            Directory.CreateDirectory(Path.Combine(to, folder));
            AdapterFolder.Copy(Path.Combine(from, folder), Path.Combine(to, folder), baseModel);
        }
        AtomicFile.WriteText(Path.Combine(to, IndexFile), File.ReadAllText(Path.Combine(from, IndexFile)));
    }

    private static Index ReadIndex(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<Index>(File.ReadAllText(Path.Combine(folder, IndexFile)), WireJson.Compact) ?? throw new JsonException("it is empty");
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InvalidInputException(IndexFile, $"it cannot be read ({fault.Message}): export the adapters again");
        }
    }

    private static string FolderOf(string folder, PrivateOwner owner) => Path.Combine(folder, OwnersFolder, owner.Name);

    private static void SaveIn(Adapter adapter, string folder, string? baseModel)
    {
        Directory.CreateDirectory(folder);
        adapter.Save(folder, baseModel);
    }

    private IEnumerable<Adapter> All() => own.Select(pair => pair.Adapter).Concat(shared is null ? [] : [shared]);

    private void Switch(string? task)
    {
        var next = own.FirstOrDefault(pair => task is not null && pair.Owner.Tasks.Contains(task)).Adapter;
        if (ReferenceEquals(next, on)) return;
        on?.TakeOff();
        next?.PutOn();
        on = next;
    }
}
