using System.Buffers.Binary;
using System.Text;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>A precompiled charsmap: a double-array trie (darts-clone) of UTF-8 prefixes, and the null-ended UTF-8 texts that replace them.
/// Layout: trie size in bytes (uint32, little endian), the trie's units (uint32 each), the texts.</summary>
internal sealed class Charsmap
{
    private readonly uint[] _trie;
    private readonly byte[] _texts;

    /// <exception cref="InvalidDataException">The sizes don't fit.</exception>
    public Charsmap(byte[] data)
    {
        if (data.Length < 4) throw new InvalidDataException("the charsmap is shorter than its header");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (size % 4 != 0 || size == 0 || size > data.Length - 4) throw new InvalidDataException($"the charsmap names a trie of {size} bytes but has {data.Length - 4}");
        _trie = new uint[size / 4];
        for (var i = 0; i < _trie.Length; i++) _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(4 + i * 4));
        _texts = data[(4 + (int)size)..];
    }

    /// <summary>The replacement of the longest rule that <paramref name="bytes"/> begin with.</summary>
    public string? Longest(ReadOnlySpan<byte> bytes, out int length) => Find(bytes, shortest: false, out length);

    /// <summary>The replacement of the shortest rule that <paramref name="bytes"/> begin with.</summary>
    public string? Shortest(ReadOnlySpan<byte> bytes) => Find(bytes, shortest: true, out _);

    private string? Find(ReadOnlySpan<byte> bytes, bool shortest, out int length)
    {
        length = 0;
        string? found = null;
        var node = Offset(_trie[0]);
        for (var i = 0; i < bytes.Length && bytes[i] != 0; i++)
        {
            node ^= bytes[i];
            if (node >= _trie.Length) break;
            var unit = _trie[node];
            if ((unit & 0x800000FF) != bytes[i]) break;
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 0 || node >= _trie.Length) continue;
            found = TextAt((int)(_trie[node] & 0x7FFFFFFF));
            length = i + 1;
            if (shortest) break;
        }
        return found;
    }

    private string TextAt(int at)
    {
        if (at >= _texts.Length) return "";
        var rest = _texts.AsSpan(at);
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
