using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>adapter_model.safetensors: written as PEFT does, read with every fault named.</summary>
internal static class AdapterTensors
{
    public const string File = "adapter_model.safetensors";

    public static void Write(string path, IEnumerable<AdapterTensor> tensors) =>
        SafetensorsWriter.Write(path, tensors.Select(t => new NamedTensor(t.Key, t.Slot.Stored)), new Dictionary<string, string> { ["format"] = "pt" });

    /// <summary>The names in a folder's file.</summary>
    public static IReadOnlySet<string> Keys(string folder)
    {
        using var file = SafetensorsFile.Open(PathIn(folder));
        return file.Header.Tensors.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Gives each slot a copy of its tensor.</summary>
    /// <exception cref="InvalidInputException">A tensor is missing, unknown, of another shape or no float.</exception>
    public static void Read(string folder, IReadOnlyList<AdapterTensor> tensors, CausalLm model)
    {
        using var file = SafetensorsFile.Open(PathIn(folder));
        var errors = new List<FieldError>();
        foreach (var (key, slot, _) in tensors)
            if (!file.Contains(key)) errors.Add(new(File, $"it has no tensor {key} [{string.Join(", ", slot.Shape)}]: config and tensors belong to different adapters, or the base model is another"));
            else if (file.Entry(key) is var entry && !TensorType.IsFloat(entry.Type)) errors.Add(new(File, $"{entry.Name} has dtype {entry.Type}: it must be F32, F16, BF16 or F64"));
            else if (!entry.Shape.SequenceEqual(slot.Shape)) errors.Add(new(File, $"{entry.Name} has shape [{string.Join(", ", entry.Shape)}] and must have [{string.Join(", ", slot.Shape)}]: the base model or the rank is another"));
        var known = tensors.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        var unknown = file.Header.Tensors.Select(t => t.Name).Where(n => !known.Contains(n)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) errors.Add(new(File, $"{unknown.Count} tensors are none of this adapter's ({string.Join(", ", unknown.Take(3))}{(unknown.Count > 3 ? ", …" : "")}): config and tensors belong to different adapters, or the base model is another"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        Take(file, tensors, model);
    }

    /// <summary>Gives each slot a copy of its tensor, which is there.</summary>
    public static void Take(SafetensorsFile file, IEnumerable<AdapterTensor> tensors, CausalLm model)
    {
        foreach (var (key, slot, _) in tensors)
        {
            using var scope = NewDisposeScope();
            // A copy: an adapter's file is replaced while a run goes on, so it must not stay mapped.
            slot.ComputeIn(model.Dtype).Own(file.Tensor(key).to(model.MasterType, model.Device, copy: true));
        }
    }

    /// <summary>Copies values into the tensors the slots hold now, in their type.</summary>
    public static void ReadInPlace(string path, IEnumerable<AdapterTensor> tensors)
    {
        if (!System.IO.File.Exists(path)) throw new InvalidInputException("checkpoint", $"{path} is not there: the checkpoint is of another kind of fine-tuning");
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(path);
        foreach (var (key, slot, _) in tensors)
        {
            using var scope = NewDisposeScope();
            slot.Stored.copy_(file.Tensor(key));
        }
    }

    private static string PathIn(string folder)
    {
        var path = Path.Combine(folder, File);
        return System.IO.File.Exists(path) ? path : throw new InvalidInputException(File, $"it is not in {Path.GetFullPath(folder)}: name a folder that PEFT or this program saved");
    }
}
