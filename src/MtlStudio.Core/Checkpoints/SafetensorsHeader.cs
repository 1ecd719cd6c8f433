using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Checkpoints;

/// <summary>One tensor as the header describes it; <paramref name="Begin"/> and <paramref name="End"/> are bytes from the start of the data section.</summary>
public sealed record TensorEntry(string Name, string Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    public long Bytes => End - Begin;
    public long Elements => Shape.Aggregate(1L, (a, b) => a * b);
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}

/// <summary>
/// The header of a safetensors file: 8 bytes of length (little-endian), so many bytes of JSON, then the data, which the
/// tensors must cover without gap or overlap (huggingface/safetensors, format description). Stricter than the reference
/// in one point: a name given twice is refused.
/// </summary>
public sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataOffset)
{
    /// <summary>The reference's own bound on the header, in bytes.</summary>
    public const long LargestHeader = 100_000_000;

    private const string Cure = "download or export the file again";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads and checks the header of <paramref name="path"/>; nothing is allocated by a length that the file's size does not bear out.</summary>
    /// <exception cref="InvalidInputException">Names the file, the tensor and the cure.</exception>
    public static SafetensorsHeader Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        return Read(file, Path.GetFileName(path));
    }

    /// <summary>As <see cref="Read(string)"/>, from a seekable stream; <paramref name="name"/> is what errors call the file.</summary>
    public static SafetensorsHeader Read(Stream file, string name)
    {
        var size = file.Length;
        if (size < 8) throw Fault(name, $"the file has {size} bytes and a safetensors file at least 8: {Cure}");
        Span<byte> prefix = stackalloc byte[8];
        file.ReadExactly(prefix);
        if (prefix.SequenceEqual("version "u8))
            throw Fault(name, "this is a git-lfs pointer of a few lines, not the file: fetch the real file with \"git lfs pull\"");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader || (long)length > size - 8)
            throw Fault(name, $"its first 8 bytes promise a header of {length} bytes, but the file has {size} (a header may have {LargestHeader}): it is cut off or no safetensors file; {Cure}");
        var bytes = new byte[(int)length];
        file.ReadExactly(bytes);
        return Parse(bytes, name, size - 8 - (long)length);
    }

    private static SafetensorsHeader Parse(byte[] bytes, string name, long dataLength)
    {
        try
        {
            StrictUtf8.GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Fault(name, $"its header is a JSON {document.RootElement.ValueKind} and must be an object: {Cure}");
            var tensors = new List<TensorEntry>();
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!seen.Add(property.Name)) throw Fault(name, $"its header names {property.Name} twice: {Cure}");
                if (property.NameEquals("__metadata__")) ReadMetadata(property.Value, metadata, name);
                else tensors.Add(ReadEntry(property, name, dataLength));
            }
            CheckCover(tensors, name, dataLength);
            return new(tensors, metadata, 8 + bytes.LongLength);
        }
        catch (DecoderFallbackException)
        {
            throw Fault(name, $"its header holds bytes that are not UTF-8: {Cure}");
        }
        catch (JsonException e)
        {
            throw Fault(name, $"its header is not valid JSON ({e.Message}): {Cure}");
        }
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> into, string name)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Fault(name, $"__metadata__ is a JSON {value.ValueKind} and must be an object of strings: {Cure}");
        foreach (var property in value.EnumerateObject())
            into[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()!
                : throw Fault(name, $"__metadata__ holds {property.Name} of kind {property.Value.ValueKind} and may hold strings only: {Cure}");
    }

    private static TensorEntry ReadEntry(JsonProperty property, string file, long dataLength)
    {
        var (name, value) = (property.Name, property.Value);
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
            throw Fault(file, $"{name} needs dtype, shape and two data_offsets: {Cure}");
        var type = dtype.GetString()!;
        if (!ElementTypes.IsKnown(type)) throw Fault(file, $"{name} has the unknown dtype {type}: known are {string.Join(", ", ElementTypes.Names)}");
        var dimensions = new long[shape.GetArrayLength()];
        UInt128 elements = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (!TryLength(shape[i], out dimensions[i])) throw Fault(file, $"{name} has shape {shape.GetRawText()}: a dimension must be a whole number from 0; {Cure}");
            elements *= (UInt128)dimensions[i];
            if (elements > long.MaxValue / 64) throw Fault(file, $"{name} has shape {shape.GetRawText()}: so many elements overflow 64 bits; {Cure}");
        }
        if (!TryLength(offsets[0], out var begin) || !TryLength(offsets[1], out var end))
            throw Fault(file, $"{name} has data_offsets {offsets.GetRawText()}: they must be whole numbers from 0; {Cure}");
        if (begin > end) throw Fault(file, $"{name} begins at byte {begin} and ends before it, at {end}: {Cure}");
        if (end > dataLength) throw Fault(file, $"{name} ends at byte {end} of the data, but the file holds {dataLength} bytes of it: it is cut off; {Cure}");
        var bits = (long)elements * ElementTypes.Bits(type);
        if (bits % 8 != 0 || bits / 8 != end - begin)
            throw Fault(file, $"{name} has {end - begin} bytes, but {type} {shape.GetRawText()} needs {(bits + 7) / 8}: {Cure}");
        return new(name, type, dimensions, begin, end);
    }

    private static bool TryLength(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value) && value >= 0;
    }

    private static void CheckCover(List<TensorEntry> tensors, string file, long dataLength)
    {
        tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End != b.End ? a.End.CompareTo(b.End) : string.CompareOrdinal(a.Name, b.Name));
        long at = 0;
        TensorEntry? before = null;
        foreach (var tensor in tensors)
        {
            if (tensor.Begin < at) throw Fault(file, $"the bytes of {tensor.Name} overlap those of {before!.Name}: {Cure}");
            if (tensor.Begin > at) throw Fault(file, $"{tensor.Begin - at} bytes before {tensor.Name} belong to no tensor: {Cure}");
            (at, before) = (tensor.End, tensor);
        }
        if (at != dataLength) throw Fault(file, $"{dataLength - at} bytes after the last tensor belong to none: {Cure}");
    }

    private static InvalidInputException Fault(string file, string message) => new(file, message);
}
