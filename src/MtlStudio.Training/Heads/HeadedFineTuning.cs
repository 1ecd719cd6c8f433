using MtlStudio.Core;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Sharing;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Heads;

/// <summary>
/// A fine-tuning with output heads of its tasks beside it. Each head is private to its task; where the fine-tuning gives the
/// task's group a part of its own, the head lies in that part, and rests with its moments in steps that lack its task.
/// </summary>
public sealed class HeadedFineTuning : IFineTuning
{
    private readonly IFineTuning? inner;
    private readonly IReadOnlyList<TaskHead> heads;
    private readonly Dictionary<ParameterSlot, PrivateOwner> owners = [];

    private HeadedFineTuning(CausalLm model, IFineTuning? inner, IReadOnlyList<TaskHead> heads)
    {
        (Model, this.inner, this.heads) = (model, inner, heads);
        var groups = inner?.Parameters.Select(inner.OwnerOf).OfType<PrivateOwner>().DistinctBy(owner => owner.Name).ToList() ?? [];
        foreach (var head in heads)
            foreach (var slot in head.Slots)
                owners[slot] = groups.Find(owner => owner.Tasks.Contains(head.Plan.Task)) ?? new(head.Plan.Task, [head.Plan.Task]);
        Parameters = [.. inner?.Parameters ?? [], .. heads.SelectMany(head => head.Slots)];
        model.Heads = heads.ToDictionary(head => head.Plan.Task, StringComparer.Ordinal);
    }

    public CausalLm Model { get; }
    public IReadOnlyList<ParameterSlot> Parameters { get; }
    public IReadOnlyList<string> Tasks => inner?.Tasks ?? [];

    /// <summary>Puts heads beside a fine-tuning: those that a folder holds for the same outputs, and others anew, drawn by seed and task (weights normal with the config's deviation, biases zero).</summary>
    /// <param name="tuning">Is disposed with the result.</param>
    /// <param name="plans">None: the fine-tuning itself is given back.</param>
    /// <param name="start">The folder that training starts from, or null.</param>
    /// <exception cref="Core.Runs.InvalidInputException">The folder's heads cannot be read.</exception>
    public static IFineTuning Of(IFineTuning tuning, IReadOnlyList<HeadPlan> plans, long seed, string? start)
    {
        if (plans.Count == 0) return tuning;
        var model = tuning.Model;
        var found = start is not null && HeadFiles.AreIn(start) ? HeadFiles.Read(start, model) : [];
        var heads = new List<TaskHead>();
        foreach (var plan in plans)
        {
            var head = TaskHead.Empty(plan, model.Config.HiddenSize, bias: true);
            Fill(head, found.FirstOrDefault(old => old.Plan.Task == plan.Task && old.Plan.Fits(plan)), model, seed);
            heads.Add(head);
        }
        foreach (var old in found) old.Dispose();
        return new HeadedFineTuning(model, tuning, heads);
    }

    /// <summary>Puts the heads of a folder on a model, for commands that only read.</summary>
    /// <param name="tuning">What else was read of the folder; null: nothing.</param>
    /// <exception cref="Core.Runs.InvalidInputException">They cannot be read, or do not fit the model.</exception>
    public static IFineTuning Load(CausalLm model, IFineTuning? tuning, string folder) => new HeadedFineTuning(model, tuning, HeadFiles.Read(folder, model));

    public PrivateOwner? OwnerOf(ParameterSlot slot) => owners.GetValueOrDefault(slot) ?? inner?.OwnerOf(slot);

    public PrivateOwner? MovedBy(ParameterSlot slot) =>
        heads.FirstOrDefault(head => head.Slots.Contains(slot)) is { Plan.Task: var task } ? owners[slot].Tasks.Count > 1 ? new(task, [task]) : null : inner?.MovedBy(slot);

    public string NameOf(ParameterSlot slot) => heads.FirstOrDefault(head => head.Slots.Contains(slot)) is { } head ? $"{head.Plan.Task}.{slot.Name}" : inner!.NameOf(slot);

    public double RateFactor(ParameterSlot slot) => owners.ContainsKey(slot) ? 1 : inner!.RateFactor(slot);

    public void Save(string folder, string? baseModel = null)
    {
        inner?.Save(folder, baseModel);
        HeadFiles.Write(folder, heads);
    }

    public void Read(string folder)
    {
        inner?.Read(folder);
        HeadFiles.ReadInPlace(folder, heads);
    }

    public void SaveMerged(string folder)
    {
        if (inner is null) Checkpoints.ModelFolder.Write(Model, folder);
        else inner.SaveMerged(folder);
        HeadFiles.Write(folder, heads);
    }

    public void Dispose()
    {
        Model.Heads = new Dictionary<string, TaskHead>();
        foreach (var head in heads) head.Dispose();
        inner?.Dispose();
    }

    private static void Fill(TaskHead head, TaskHead? from, CausalLm model, long seed)
    {
        using var frozen = no_grad();
        foreach (var slot in head.Slots)
        {
            using var scope = NewDisposeScope();
            if (from?.Slots.FirstOrDefault(old => old.Name == slot.Name) is { } old)
            {
                slot.Own(old.Value.clone());
                continue;
            }
            using var generator = new Generator(new KeyedRandom(seed, $"head/{head.Plan.Task}/{slot.Name}").NextUInt64() >> 1);
            var value = zeros([.. slot.Shape], ScalarType.Float32);
            if (slot.Start == ParameterStart.Normal) value.normal_(0, model.Config.InitializerRange, generator);
            slot.Own(value.to(model.MasterType, model.Device));
        }
    }
}
