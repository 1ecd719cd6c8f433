using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>Fills a model's parameter slots from a checkpoint, every fault at once.</summary>
internal static class ParameterLoader
{
    private const int LongestList = 20;

    /// <summary>Returns what a user should know though the model loads.</summary>
    /// <exception cref="InvalidInputException">A tensor is missing, of another shape, or no float.</exception>
    public static List<string> Load(CheckpointFolder checkpoint, ParameterRegistry parameters, IDecoderFamily family, LoadOptions options)
    {
        var warnings = new List<string>(checkpoint.Warnings);
        SettleTies(checkpoint, parameters, warnings);
        var errors = new List<FieldError>();
        foreach (var slot in parameters.Slots.Values.Where(s => s.TiedTo is null))
            if (Source(checkpoint, parameters, family, slot) is not { } source)
                errors.Add(new(checkpoint.ContentsFile, Missing(checkpoint, slot, parameters)));
            else if (Misfit(checkpoint.Entry(source), slot) is { } misfit)
                errors.Add(new(checkpoint.FileOf(source), misfit));
        if (errors.Count > LongestList) errors = [.. errors[..LongestList], new(checkpoint.ContentsFile, $"{errors.Count - LongestList} more tensors are missing or do not fit: config.json and weights are of different models")];
        if (errors.Count > 0) throw new InvalidInputException(errors);
        foreach (var slot in parameters.Slots.Values.Where(s => s.TiedTo is null))
            Fill(checkpoint, Source(checkpoint, parameters, family, slot)!, slot, options, warnings);
        WarnOfUnused(checkpoint, parameters, family, warnings);
        return warnings;
    }

    // Both tensors of a tie in the file and unlike each other: not tied (transformers 5; 4.x ignored the head).
    private static void SettleTies(CheckpointFolder checkpoint, ParameterRegistry parameters, List<string> warnings)
    {
        foreach (var slot in parameters.Slots.Values.Where(s => s.TiedTo is not null && checkpoint.Contains(s.Name) && checkpoint.Contains(s.TiedTo.Name)).ToList())
        {
            using var head = checkpoint.Tensor(slot.Name);
            using var table = checkpoint.Tensor(slot.TiedTo!.Name);
            if (head.dtype == table.dtype && head.shape.AsSpan().SequenceEqual(table.shape) && head.Equals(table)) continue;
            warnings.Add($"config.json says tie_word_embeddings, but {slot.Name} and {slot.TiedTo.Name} are both in the file and differ: they are not tied");
            slot.TiedTo = null;
        }
    }

    /// <summary>The tensor that fills a slot: its own, or the one tied to it where only that is in the file.</summary>
    private static string? Source(CheckpointFolder checkpoint, ParameterRegistry parameters, IDecoderFamily family, ParameterSlot slot) =>
        checkpoint.Contains(slot.Name) ? slot.Name
        : family.OldName(slot.Name) is { } old && checkpoint.Contains(old) ? old
        : parameters.Slots.Values.FirstOrDefault(s => s.TiedTo == slot && checkpoint.Contains(s.Name))?.Name;

    private static string Missing(CheckpointFolder checkpoint, ParameterSlot slot, ParameterRegistry parameters)
    {
        if (checkpoint.Unlisted.TryGetValue(slot.Name, out var shard)) return $"it lists no shard for {slot.Name}, which {shard} holds: download the index again, of the shards' version";
        var tied = parameters.Slots.Values.FirstOrDefault(s => s.TiedTo == slot);
        return tied is null
            ? $"it has no tensor {slot.Name} [{string.Join(", ", slot.Shape)}]: the file is incomplete, or config.json is another model's"
            : $"it has neither {slot.Name} nor {tied.Name} (config.json ties them): the file is incomplete";
    }

    private static string? Misfit(TensorEntry entry, ParameterSlot slot) =>
        !TensorType.IsFloat(entry.Type) ? $"{entry.Name} has dtype {entry.Type}: a weight must be F32, F16, BF16 or F64"
        : !entry.Shape.SequenceEqual(slot.Shape) ? $"{entry.Name} has shape [{string.Join(", ", entry.Shape)}], but config.json asks for [{string.Join(", ", slot.Shape)}]: give the config.json that belongs to the file"
        : null;

    private static void Fill(CheckpointFolder checkpoint, string source, ParameterSlot slot, LoadOptions options, List<string> warnings)
    {
        using var scope = NewDisposeScope();
        var mapped = checkpoint.Tensor(source);
        if (options.CheckFinite && NonFinite(mapped) is { } found)
            warnings.Add($"{source} of {checkpoint.FileOf(source)} holds {found}: outputs and losses may not be finite");
        slot.Own(options.Masters && mapped.dtype != ScalarType.Float64 ? mapped.to(options.Device) : mapped.to(options.Masters ? ScalarType.Float32 : options.Dtype, options.Device));
    }

    // A sum is finite unless an element is not (or the sum overflows): one quick pass, and a second one only then.
    private static string? NonFinite(Tensor tensor)
    {
        if (double.IsFinite(tensor.sum(ScalarType.Float64).item<double>())) return null;
        if (tensor.isnan().any().item<bool>()) return "a NaN";
        return tensor.isinf().any().item<bool>() ? "an infinity" : null;
    }

    private static void WarnOfUnused(CheckpointFolder checkpoint, ParameterRegistry parameters, IDecoderFamily family, List<string> warnings)
    {
        var old = parameters.Slots.Keys.Where(name => !checkpoint.Contains(name)).Select(family.OldName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var unused = checkpoint.Names.Where(n => !parameters.Slots.ContainsKey(n) && !old.Contains(n) && !family.IsIgnored(n)).Order(StringComparer.Ordinal).ToList();
        if (unused.Count > 0)
            warnings.Add($"{unused.Count} {(unused.Count == 1 ? "tensor is" : "tensors are")} not used by a {family.ModelType} of this config.json: {string.Join(", ", unused.Take(5))}{(unused.Count > 5 ? ", …" : "")}");
    }
}
