using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>adapter_model.safetensors: PEFT writes <c>base_model.model.</c> before each name.</summary>
internal static class LoraTensors
{
    public const string File = "adapter_model.safetensors";
    public const string Prefix = "base_model.model.";

    public static void Write(string folder, IEnumerable<ParameterSlot> slots) =>
        SafetensorsWriter.Write(Path.Combine(folder, File), slots.Select(s => new NamedTensor(Prefix + s.Name, s.Value)), new Dictionary<string, string> { ["format"] = "pt" });

    public static void Read(string folder, IReadOnlyList<ParameterSlot> slots, CausalLm model)
    {
        var path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path)) throw new InvalidInputException(File, $"it is not in {Path.GetFullPath(folder)}: name a folder that PEFT or this program saved");
        using var file = SafetensorsFile.Open(path);
        var errors = new List<FieldError>();
        foreach (var slot in slots)
            if (!file.Contains(Prefix + slot.Name)) errors.Add(new(File, $"it has no tensor {Prefix}{slot.Name} [{string.Join(", ", slot.Shape)}]: config and tensors belong to different adapters, or the base model is another"));
            else if (file.Entry(Prefix + slot.Name) is var entry && !TensorType.IsFloat(entry.Type)) errors.Add(new(File, $"{entry.Name} has dtype {entry.Type}: it must be F32, F16, BF16 or F64"));
            else if (!entry.Shape.SequenceEqual(slot.Shape)) errors.Add(new(File, $"{entry.Name} has shape [{string.Join(", ", entry.Shape)}] and must have [{string.Join(", ", slot.Shape)}]: the base model or the rank is another"));
        var known = slots.Select(s => Prefix + s.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = file.Header.Tensors.Select(t => t.Name).Where(n => !known.Contains(n)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) errors.Add(new(File, $"{unknown.Count} tensors are none of this LoRA's ({string.Join(", ", unknown.Take(3))}{(unknown.Count > 3 ? ", …" : "")}): whole layers saved beside a LoRA are not supported"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            // A copy: an adapter's file is replaced while a run goes on, so it must not stay mapped.
            slot.Own(file.Tensor(Prefix + slot.Name).to(model.Dtype, model.Device, copy: true));
        }
    }
}
