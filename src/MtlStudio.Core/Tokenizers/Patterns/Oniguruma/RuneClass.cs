using System.Globalization;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>A character class over code points. ASCII is one bit test, the rest of the basic plane a bit map built page by page on first use.</summary>
internal sealed class RuneClass
{
    private readonly Func<int, bool> _test;
    private readonly ulong[]?[] _pages = new ulong[]?[256]; // of 256 code points each

    public RuneClass(Func<int, bool> test)
    {
        _test = test;
        for (var c = 0; c < 64; c++)
        {
            if (test(c)) Low |= 1UL << c;
            if (test(c + 64)) High |= 1UL << c;
        }
    }

    /// <summary>Code points 0 to 63.</summary>
    public ulong Low { get; }

    /// <summary>Code points 64 to 127.</summary>
    public ulong High { get; }

    public bool Contains(int codePoint)
    {
        if (codePoint < 64) return (Low >> codePoint & 1) != 0;
        if (codePoint < 128) return (High >> (codePoint - 64) & 1) != 0;
        if (codePoint >= 0x10000) return _test(codePoint);
        var page = Volatile.Read(ref _pages[codePoint >> 8]) ?? Fill(codePoint >> 8);
        return (page[codePoint >> 6 & 3] >> (codePoint & 63) & 1) != 0;
    }

    /// <summary>The code point at <paramref name="at"/> is in the class: its length in units, else 0.</summary>
    public int Take(ReadOnlySpan<char> text, int at)
    {
        if ((uint)at >= (uint)text.Length) return 0;
        var codePoint = Runes.At(text, at, out var length);
        return Contains(codePoint) ? length : 0;
    }

    public RuneClass Not() => new(c => !_test(c));

    public static RuneClass Of(int codePoint) => new(c => c == codePoint);

    public static RuneClass Any(IReadOnlyList<RuneClass> parts) => parts.Count == 1 ? parts[0] : new(c =>
    {
        foreach (var part in parts)
            if (part._test(c)) return true;
        return false;
    });

    public static RuneClass Both(RuneClass a, RuneClass b) => new(c => a._test(c) && b._test(c));

    public static RuneClass Range(int first, int last) => new(c => c >= first && c <= last);

    /// <summary>The class and whatever differs from a member by case alone.</summary>
    public RuneClass IgnoringCase() => new(c =>
    {
        if (_test(c)) return true;
        foreach (var other in CaseFolding.Variants(c))
            if (_test(other)) return true;
        return false;
    });

    public static readonly RuneClass WhiteSpace = new(Runes.IsWhiteSpace);

    public static readonly RuneClass Digit = new(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber);

    public static readonly RuneClass HexDigit = new(c => c < 0x80 && char.IsAsciiHexDigit((char)c));

    /// <summary>Oniguruma's \w: letters, marks, decimal and letter numbers, connectors, circled letters, and six signs of Latin-1.</summary>
    public static readonly RuneClass Word = new(c => c switch
    {
        0x200C or 0x200D => false,
        0xB2 or 0xB3 or 0xB9 or 0xBC or 0xBD or 0xBE => true,
        _ => Runes.IsWord(c),
    });

    public static readonly RuneClass Dot = new(c => c != '\n');

    public static readonly RuneClass All = new(_ => true);

    private ulong[] Fill(int number)
    {
        var page = new ulong[4];
        for (var c = 0; c < 256; c++)
            if (_test(number << 8 | c)) page[c >> 6] |= 1UL << (c & 63);
        Volatile.Write(ref _pages[number], page);
        return page;
    }
}
