using System.Buffers.Binary;
using System.Text;
using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.IO;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>
/// Writes safetensors files byte for byte as the reference does (safetensors 0.8: tensors by descending element type,
/// then by the bytes of the name; header padded with spaces to 8 bytes), atomically and flushed to disk.
/// </summary>
public static class SafetensorsWriter
{
    private static readonly string[] TypeOrder =
        ["U64", "I64", "F64", "F32", "U32", "I32", "BF16", "F16", "U16", "I16", "F8_E4M3", "F8_E5M2", "I8", "U8", "BOOL"];

    /// <summary>
    /// Writes <paramref name="tensors"/> (any device, any layout) to <paramref name="path"/>; an existing file is replaced only when the new one is whole.
    /// Within <see cref="CopiedTensors.Collect"/> they are copied now and written later.
    /// </summary>
    public static void Write(string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        List<NamedTensor> all = [.. tensors];
        if (CopiedTensors.TryTake(path, all, metadata)) return;
        AtomicFile.Write(path, stream => Write(stream, all, metadata));
    }

    /// <summary>As <see cref="Write(string, IEnumerable{NamedTensor}, IReadOnlyDictionary{string, string}?)"/>, to a stream.</summary>
    public static void Write(Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.Select(t => (t.Name, t.Value, Type: TensorType.Name(t.Value.dtype)))
            .OrderBy(t => Array.IndexOf(TypeOrder, t.Type)).ThenBy(t => t.Name, Utf8Order.Instance).ToList();
        var header = Header(ordered, metadata);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.LongLength);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var (_, value, _) in ordered)
        {
            if (value.NumberOfElements == 0) continue;
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            value.detach().cpu().contiguous().WriteBytesToStream(stream, 1 << 20);
        }
    }

    private static byte[] Header(List<(string Name, Tensor Value, string Type)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new StringBuilder("{");
        if (metadata is not null)
        {
            json.Append("\"__metadata__\":{");
            json.AppendJoin(',', metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Quote(m.Key)}:{Quote(m.Value)}"));
            json.Append('}').Append(tensors.Count > 0 ? "," : "");
        }
        long at = 0;
        for (var i = 0; i < tensors.Count; i++)
        {
            var (name, value, type) = tensors[i];
            var end = at + value.NumberOfElements * ElementTypes.Bits(type) / 8;
            json.Append(i > 0 ? "," : "").Append(Quote(name)).Append(":{\"dtype\":\"").Append(type)
                .Append("\",\"shape\":[").AppendJoin(',', value.shape).Append("],\"data_offsets\":[").Append(at).Append(',').Append(end).Append("]}");
            at = end;
        }
        json.Append('}');
        var bytes = Encoding.UTF8.GetBytes(json.ToString());
        var padded = new byte[(bytes.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        bytes.CopyTo(padded, 0);
        return padded;
    }

    // Escapes as the reference's JSON library: only what JSON demands, everything else as UTF-8.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();
        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
