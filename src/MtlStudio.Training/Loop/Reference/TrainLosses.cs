using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>
/// What a run keeps for those that take it as their reference: the loss of each trained token of each training example, as a safetensors file. For
/// each task <c>TASK/losses</c> (float32, example after example) and <c>TASK/counts</c> (int64, losses of each example); the metadata has
/// <c>TASK</c>: a hash over the examples' tokens and labels, so that a run on other examples is refused.
/// </summary>
public static class TrainLosses
{
    /// <param name="losses">Each example's losses of a task, named first, under the model as it is.</param>
    public static void Write(string path, IReadOnlyList<TrainingTask> tasks, Func<string, IReadOnlyList<LabeledIds>, IReadOnlyList<float[]>> losses)
    {
        using var scope = NewDisposeScope();
        var tensors = new List<NamedTensor>();
        foreach (var task in tasks)
        {
            var found = losses(task.Name, task.Train);
            tensors.Add(new(LossesOf(task), tensor(found.SelectMany(example => example).ToArray())));
            tensors.Add(new(CountsOf(task), tensor(found.Select(example => (long)example.Length).ToArray())));
        }
        SafetensorsWriter.Write(path, tensors, tasks.ToDictionary(task => task.Name, task => Hash(task.Train)));
    }

    /// <summary>The tasks with their examples' losses under the run that wrote the file.</summary>
    /// <param name="trained">Those that need them; the others stay as they are.</param>
    /// <exception cref="InvalidInputException">The run trained on other examples, or the file is damaged.</exception>
    public static IReadOnlyList<TrainingTask> Attach(string path, IReadOnlyList<TrainingTask> tasks, Func<TrainingTask, bool> trained)
    {
        using var file = SafetensorsFile.Open(path);
        return [.. tasks.Select(task => trained(task) ? Attached(file, task) : task)];
    }

    private static TrainingTask Attached(SafetensorsFile file, TrainingTask task)
    {
        if (!file.Header.Metadata.TryGetValue(task.Name, out var hash) || !file.Contains(LossesOf(task)) || !file.Contains(CountsOf(task)))
            throw Wrong($"The reference run has no losses of \"{task.Name}\": give it the same tasks");
        if (hash != Hash(task.Train))
            throw Wrong($"The reference run trained \"{task.Name}\" on other examples (data, limit, template, longest example, tokenizer or examples set aside differ): train it anew with this run's tasks");
        using var scope = NewDisposeScope();
        var (losses, counts) = (file.Tensor(LossesOf(task)).data<float>().ToArray(), file.Tensor(CountsOf(task)).data<long>().ToArray());
        if (counts.Length != task.Train.Count || counts.Sum() != losses.Length || counts.Zip(task.Train).Any(pair => pair.First < pair.Second.Tokens))
            throw Wrong($"The losses of \"{task.Name}\" in {file.Path} do not fit its {task.Train.Count.ToString("#,0", CultureInfo.InvariantCulture)} examples: train the reference run anew");
        var at = 0;
        return task with
        {
            Train = [.. task.Train.Zip(counts, (example, count) =>
            {
                at += (int)count;
                return example with { Reference = losses[(at - (int)count)..at] };
            })],
        };
    }

    /// <summary>Over what makes the losses comparable: ids, labels, and what a head is asked.</summary>
    private static string Hash(IReadOnlyList<LabeledIds> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var example in examples)
        {
            hash.AppendData(BitConverter.GetBytes(example.Ids.Length));
            hash.AppendData(MemoryMarshal.AsBytes(example.Ids.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(example.Labels.AsSpan()));
            if (example.Head is not { } head) continue;
            hash.AppendData(MemoryMarshal.AsBytes(head.Positions.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(head.Values.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string LossesOf(TrainingTask task) => $"{task.Name}/losses";

    private static string CountsOf(TrainingTask task) => $"{task.Name}/counts";

    private static InvalidInputException Wrong(string message) => new("weighting.reference", message);
}
