using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>
/// A safetensors file mapped into memory: its tensors are views of the file's pages (private, so that nothing written to
/// a tensor reaches the file), valid after this object is disposed, as each keeps the mapping alive. The file must not
/// be shortened while a tensor lives. Tensors that do not start at a multiple of their element size are copied.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<ScalarType, Tensor> maps = [];
    private readonly Dictionary<string, TensorEntry> entries;
    private readonly long length;

    private SafetensorsFile(string path, SafetensorsHeader header, long length)
    {
        Path = path;
        Header = header;
        this.length = length;
        entries = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    public string Path { get; }
    public SafetensorsHeader Header { get; }

    /// <exception cref="InvalidInputException">As <see cref="SafetensorsHeader.Read(string)"/>.</exception>
    public static SafetensorsFile Open(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        return new(path, SafetensorsHeader.Read(file, System.IO.Path.GetFileName(path)), file.Length);
    }

    public bool Contains(string name) => entries.ContainsKey(name);

    public TensorEntry Entry(string name) => entries.TryGetValue(name, out var entry) ? entry
        : throw new InvalidInputException(System.IO.Path.GetFileName(Path), $"it has no tensor {name}");

    /// <summary>The tensor of that name on the CPU, in the file's element type; the caller disposes it.</summary>
    /// <exception cref="InvalidInputException">No such tensor, or an element type torch cannot hold.</exception>
    public Tensor Tensor(string name)
    {
        var entry = Entry(name);
        var type = TensorType.Torch(entry.Type)
            ?? throw new InvalidInputException(System.IO.Path.GetFileName(Path), $"{name} has dtype {entry.Type}, which cannot be computed with: convert it to F32, F16 or BF16");
        var shape = entry.Shape.ToArray();
        if (entry.Elements == 0) return empty(shape, type);
        var size = ElementTypes.Bits(entry.Type) / 8;
        var start = Header.DataOffset + entry.Begin;
        return start % size == 0 ? View(Map(type, size), start / size, shape) : Copy(start, shape, type);
    }

    private static Tensor View(Tensor map, long start, long[] shape)
    {
        using var scope = NewDisposeScope();
        return map.narrow(0, start, shape.Aggregate(1L, (a, b) => a * b)).view(shape).DetachFromDisposeScope();
    }

    private Tensor Map(ScalarType type, int size)
    {
        if (maps.TryGetValue(type, out var map)) return map;
        return maps[type] = from_file(Path, shared: false, size: length / size, dtype: type).DetachFromDisposeScope();
    }

    private Tensor Copy(long start, long[] shape, ScalarType type)
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        file.Position = start;
        var tensor = empty(shape, type).DetachFromDisposeScope();
        tensor.ReadBytesFromStream(file);
        return tensor;
    }

    public void Dispose()
    {
        foreach (var map in maps.Values) map.Dispose();
        maps.Clear();
    }
}
