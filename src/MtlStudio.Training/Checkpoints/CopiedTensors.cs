using MtlStudio.Core.Estimates;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>
/// Copies of tensors, in the host's memory, that are written to files later: a run goes on while its checkpoint is written. The copies' memory is kept for the
/// next ones, for fresh memory costs as much time as the copy. Files that do not fit in the limit are written at once.
/// </summary>
/// <param name="limit">Bytes that the copies may take.</param>
public sealed class CopiedTensors(long limit = MemoryEstimate.LargestCopy) : IDisposable
{
    [ThreadStatic]
    private static CopiedTensors? collecting;

    private readonly Dictionary<(string File, string Name), Tensor> buffers = [];
    private readonly List<(string Path, IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string>? Metadata)> files = [];
    private string root = "";
    private long bytes;

    /// <summary>Until the result is disposed, what this thread writes by <see cref="SafetensorsWriter"/> is copied.</summary>
    /// <param name="folder">Where the files will lie.</param>
    public IDisposable Collect(string folder)
    {
        if (files.Count > 0) throw new InvalidOperationException("What was copied before is not written yet");
        (root, bytes) = (folder, 0);
        return new Collecting(this);
    }

    /// <summary>Writes what was collected, on any thread, and forgets it.</summary>
    public void Write()
    {
        foreach (var (path, tensors, metadata) in files) SafetensorsWriter.Write(path, tensors, metadata);
        files.Clear();
    }

    public void Dispose()
    {
        foreach (var buffer in buffers.Values) buffer.Dispose();
        buffers.Clear();
    }

    /// <summary>Copies a file's tensors where this thread collects and they fit; false: they are to be written now.</summary>
    internal static bool TryTake(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata) => collecting?.Take(path, tensors, metadata) == true;

    private bool Take(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var size = tensors.Sum(tensor => tensor.Value.NumberOfElements * tensor.Value.ElementSize);
        if (bytes + size > limit) return false;
        bytes += size;
        var file = Path.GetRelativePath(root, path);
        files.Add((path, [.. tensors.Select(tensor => new NamedTensor(tensor.Name, Copy((file, tensor.Name), tensor.Value)))], metadata));
        return true;
    }

    private Tensor Copy((string File, string Name) key, Tensor value)
    {
        using var quiet = no_grad();
        if (!buffers.TryGetValue(key, out var buffer) || buffer.dtype != value.dtype || !buffer.shape.AsSpan().SequenceEqual(value.shape))
        {
            buffer?.Dispose();
            buffers[key] = buffer = empty(value.shape, value.dtype, CPU).DetachFromDisposeScope();
        }
        buffer.copy_(value);
        return buffer;
    }

    private sealed class Collecting : IDisposable
    {
        private readonly CopiedTensors? before = collecting;

        public Collecting(CopiedTensors copies) => collecting = copies;

        public void Dispose() => collecting = before;
    }
}
