using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Heads;

/// <summary>
/// Heads in a folder, beside an adapter's or a model's files: <c>task_heads.json</c> says what each computes, and
/// <c>task_heads.safetensors</c> holds <c>{task}.score.weight</c> (outputs, hidden) and <c>{task}.score.bias</c> (outputs).
/// </summary>
public static class HeadFiles
{
    public const string IndexFile = "task_heads.json", TensorFile = "task_heads.safetensors";

    private sealed record Index(int Version, int HiddenSize, IReadOnlyList<HeadPlan> Heads);

    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, IndexFile));

    public static void Write(string folder, IReadOnlyList<TaskHead> heads)
    {
        SafetensorsWriter.Write(Path.Combine(folder, TensorFile), Named(heads).Select(named => new NamedTensor(named.Key, named.Slot.Value)), new Dictionary<string, string> { ["format"] = "pt" });
        var index = new Index(1, (int)heads[0].Weight.Shape[1], [.. heads.Select(head => head.Plan)]);
        AtomicFile.WriteText(Path.Combine(folder, IndexFile), JsonSerializer.Serialize(index, WireJson.Indented) + "\n");
    }

    /// <summary>The heads of a folder, in the model's type; copies.</summary>
    /// <exception cref="InvalidInputException">A file cannot be read, lacks a tensor, or belongs to a model of another size.</exception>
    public static IReadOnlyList<TaskHead> Read(string folder, CausalLm model)
    {
        var index = ReadIndex(folder);
        if (index.HiddenSize != model.Config.HiddenSize)
            throw new InvalidInputException(IndexFile, $"its heads read {index.HiddenSize} numbers of a token and the model gives {model.Config.HiddenSize}: name the model they were trained on");
        using var file = SafetensorsFile.Open(Path.Combine(folder, TensorFile));
        List<TaskHead> heads = [.. index.Heads.Select(plan => TaskHead.Empty(plan, index.HiddenSize, file.Contains($"{plan.Task}.score.bias")))];
        var errors = Named(heads).Where(named => !file.Contains(named.Key) || !file.Entry(named.Key).Shape.SequenceEqual(named.Slot.Shape) || !TensorType.IsFloat(file.Entry(named.Key).Type))
            .Select(named => new FieldError(TensorFile, $"it has no tensor {named.Key} [{string.Join(", ", named.Slot.Shape)}] of floats: both files must come from one export")).ToList();
        if (errors.Count > 0) throw new InvalidInputException(errors);
        foreach (var (key, slot) in Named(heads))
        {
            using var scope = NewDisposeScope();
            slot.Own(file.Tensor(key).to(model.MasterType, model.Device, copy: true));
        }
        return heads;
    }

    /// <summary>Copies values into the tensors that the heads hold now, bit for bit.</summary>
    /// <exception cref="InvalidInputException">The folder has none, or others.</exception>
    internal static void ReadInPlace(string folder, IReadOnlyList<TaskHead> heads)
    {
        var path = Path.Combine(folder, TensorFile);
        if (!File.Exists(path)) throw new InvalidInputException("checkpoint", $"{path} is not there: the checkpoint is of a run without heads");
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(path);
        foreach (var (key, slot) in Named(heads))
        {
            using var scope = NewDisposeScope();
            slot.Value.copy_(file.Tensor(key));
        }
    }

    /// <summary>Copies the heads of a folder, if it has any, into another.</summary>
    public static void Copy(string from, string to)
    {
        if (!AreIn(from)) return;
        foreach (var name in new[] { TensorFile, IndexFile })
            AtomicFile.Write(Path.Combine(to, name), stream =>
            {
                using var file = File.OpenRead(Path.Combine(from, name));
                file.CopyTo(stream);
            });
    }

    private static IEnumerable<(string Key, ParameterSlot Slot)> Named(IReadOnlyList<TaskHead> heads) =>
        heads.SelectMany(head => head.Slots.Select(slot => ($"{head.Plan.Task}.{slot.Name}", slot)));

    private static Index ReadIndex(string folder)
    {
        try
        {
            var index = JsonSerializer.Deserialize<Index>(File.ReadAllText(Path.Combine(folder, IndexFile)), WireJson.Compact) ?? throw new JsonException("it is empty");
            if (index.Heads is not { Count: > 0 } heads || heads.Any(head => head.Task is null || head.Labels is null || !TaskKinds.HasHead(head.Kind) || head.Outputs < 1)) throw new JsonException("a head lacks its task, a kind that has a head, or labels");
            return index;
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InvalidInputException(IndexFile, $"it cannot be read ({fault.Message}): export the checkpoint again");
        }
    }
}
