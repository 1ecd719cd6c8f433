using System.Globalization;

namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>Canonical and compatibility decomposition, composition and combining classes (UAX 15), from our own tables: the product
/// runs with invariant globalization, where string.Normalize does nothing.</summary>
internal static class Decomposition
{
    private const int HangulS = 0xAC00, HangulL = 0x1100, HangulV = 0x1161, HangulT = 0x11A7;
    private const int HangulVCount = 21, HangulTCount = 28, HangulSCount = 11172, HangulLCount = 19;

    private static readonly Dictionary<int, int[]> Canonical = [];
    private static readonly Dictionary<int, int[]> Compatible = [];
    private static readonly Dictionary<long, int> Composed = [];
    private static readonly Dictionary<int, byte> Classes = [];

    static Decomposition()
    {
        Dictionary<int, (char Kind, int[] To)> single = [];
        foreach (var word in Words(DecompositionData.Mappings))
        {
            var mark = word.IndexOfAny(['=', '!', '~']);
            var from = Hex(word[..mark]);
            int[] to = [.. word[(mark + 1)..].Split('+').Select(Hex)];
            single[from] = (word[mark], to);
            if (word[mark] == '=') Composed[Key(to[0], to[1])] = from;
        }
        foreach (var (from, (kind, _)) in single)
        {
            if (kind != '~') Canonical[from] = Expand(from, single, compatible: false);
            Compatible[from] = Expand(from, single, compatible: true);
        }
        foreach (var word in Words(DecompositionData.CombiningClasses))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var value = byte.Parse(word[..colon], CultureInfo.InvariantCulture);
            foreach (var (first, last) in RuneRanges.Parse(word[(colon + 1)..]).Ranges)
                for (var c = first; c <= last; c++) Classes[c] = value;
        }
    }

    /// <summary>Below this no character decomposes canonically or combines: such text is in NFC (below U+00C0 also in NFD).</summary>
    public const int FirstCombining = 0x300;

    public static int CombiningClass(int codePoint) => codePoint < FirstCombining ? 0 : Classes.GetValueOrDefault(codePoint);

    /// <summary>The full decomposition, or null where the code point stands for itself.</summary>
    public static int[]? Of(int codePoint, bool compatible)
    {
        if (codePoint < 0xA0) return null;
        var s = codePoint - HangulS;
        if (s is >= 0 and < HangulSCount)
        {
            var l = HangulL + s / (HangulVCount * HangulTCount);
            var v = HangulV + s % (HangulVCount * HangulTCount) / HangulTCount;
            var t = HangulT + s % HangulTCount;
            return t == HangulT ? [l, v] : [l, v, t];
        }
        return (compatible ? Compatible : Canonical).GetValueOrDefault(codePoint);
    }

    /// <summary>The primary composite of two code points, or -1.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= HangulL and < HangulL + HangulLCount && second is >= HangulV and < HangulV + HangulVCount)
            return HangulS + ((first - HangulL) * HangulVCount + (second - HangulV)) * HangulTCount;
        var s = first - HangulS;
        if (s is >= 0 and < HangulSCount && s % HangulTCount == 0 && second is > HangulT and < HangulT + HangulTCount)
            return first + (second - HangulT);
        return Composed.GetValueOrDefault(Key(first, second), -1);
    }

    private static int[] Expand(int codePoint, Dictionary<int, (char Kind, int[] To)> single, bool compatible) =>
        single.TryGetValue(codePoint, out var entry) && (compatible || entry.Kind != '~')
            ? [.. entry.To.SelectMany(c => Expand(c, single, compatible))]
            : [codePoint];

    private static string[] Words(string text) => text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;
}
