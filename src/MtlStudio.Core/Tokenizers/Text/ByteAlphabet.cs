using System.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Text;

/// <summary>The byte alphabet of GPT-2: each byte as a printable character. ASCII and Latin-1 signs stand for themselves, the others are
/// U+0100 and on, so that a space is Ġ and a line feed Ċ.</summary>
internal static class ByteAlphabet
{
    /// <summary>Byte to character, 256.</summary>
    public static readonly char[] Characters = Make();

    private static readonly short[] Bytes = Invert();

    /// <summary>The byte of a character, or -1.</summary>
    public static int ByteOf(char unit) => unit < Bytes.Length ? Bytes[unit] : -1;

    /// <summary>Appends the bytes of <paramref name="text"/> from <paramref name="from"/> to <paramref name="to"/>, each answering for its whole character.</summary>
    public static void Append(AlignedTextBuilder builder, ReadOnlySpan<char> text, int from, int to)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var at = from; at < to;)
        {
            var codePoint = Runes.At(text, at, out var length);
            if (codePoint < 0x80) builder.Append(Characters[codePoint], at, at + 1);
            else
            {
                var count = new Rune(codePoint).EncodeToUtf8(bytes);
                for (var i = 0; i < count; i++) builder.Append(Characters[bytes[i]], at, at + length);
            }
            at += length;
        }
    }

    /// <summary>The alphabet's spelling of a text.</summary>
    public static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => Characters[b]));

    private static char[] Make()
    {
        var characters = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
            characters[b] = b is >= 33 and <= 126 or >= 161 and <= 172 or >= 174 ? (char)b : (char)next++;
        return characters;
    }

    private static short[] Invert()
    {
        var bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++) bytes[Characters[b]] = (short)b;
        return bytes;
    }
}
