using System.Text;

namespace MtlStudio.Core.Datasets;

/// <summary>The encodings that text may have. All are strict: what cannot be decoded is an error, never a replacement character.</summary>
public static class TextEncodings
{
    public const string Utf8 = "utf-8";

    public static IReadOnlyList<string> Names { get; } = [Utf8, "utf-16le", "utf-16be", "latin1", "windows-1252"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Encoding Get(string name) => name switch
    {
        Utf8 => new UTF8Encoding(false, throwOnInvalidBytes: true),
        "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        "latin1" => Encoding.Latin1,
        "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, $"There are {string.Join(", ", Names)}"),
    };

    /// <summary>The encoding that the first bytes of a file show: a byte order mark, the zero bytes of UTF-16, else UTF-8.</summary>
    /// <returns>A null name where it is one that is not read (UTF-32), with its name as the reason.</returns>
    public static (string? Name, string Reason) Guess(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..]) return (null, "UTF-32");
        if (head is [0xEF, 0xBB, 0xBF, ..]) return (Utf8, "UTF-8: it starts with the byte order mark");
        if (head is [0xFF, 0xFE, ..]) return ("utf-16le", "UTF-16, little end first: it starts with the byte order mark");
        if (head is [0xFE, 0xFF, ..]) return ("utf-16be", "UTF-16, big end first: it starts with the byte order mark");
        int even = 0, odd = 0;
        for (var i = 0; i < head.Length; i++)
            if (head[i] == 0)
            {
                if ((i & 1) == 0) even++;
                else odd++;
            }
        // Latin text in UTF-16 has a zero in every second byte; no text in UTF-8 has any.
        if (odd > head.Length / 5 && even < odd / 10) return ("utf-16le", "UTF-16, little end first: every second byte is zero");
        if (even > head.Length / 5 && odd < even / 10) return ("utf-16be", "UTF-16, big end first: every second byte is zero");
        return (Utf8, "UTF-8: no byte order mark says otherwise");
    }
}
