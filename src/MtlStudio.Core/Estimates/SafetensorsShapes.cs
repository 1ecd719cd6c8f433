using System.Buffers.Binary;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>
/// The names and shapes in the header of a safetensors file, without its data. Only what an estimate needs is checked;
/// the trainer's reader checks the rest when it loads the file.
/// </summary>
internal static class SafetensorsShapes
{
    /// <summary>The format's own bound, in bytes.</summary>
    private const long LargestHeader = 100_000_000;

    /// <exception cref="InvalidInputException">The file is no safetensors file.</exception>
    public static IReadOnlyList<TensorShape> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) throw Fault(path);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader || (long)length > file.Length - 8) throw Fault(path);
        var header = new byte[(int)length];
        file.ReadExactly(header);
        try
        {
            using var document = JsonDocument.Parse(header);
            return [.. document.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__")
                .Select(tensor => new TensorShape(tensor.Name, [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())]))];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw Fault(path);
        }
    }

    private static InvalidInputException Fault(string path) =>
        new(Path.GetFileName(path), "it is no safetensors file, or is cut off: download or export it again");
}
