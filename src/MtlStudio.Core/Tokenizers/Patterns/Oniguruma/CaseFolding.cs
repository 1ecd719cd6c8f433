using System.Text;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>Simple case folding, one code point to one; foldings to several (ß, ligatures) aren't matched.</summary>
internal static class CaseFolding
{
    // Variants that share a folding but aren't each other's upper or lower case.
    private static readonly string[] Groups = ["sS\u017F", "kK\u212A", "\u00E5\u00C5\u212B", "\u03C3\u03A3\u03C2", "\u03C9\u03A9\u2126", "\u00B5\u03BC\u039C", "\u00DF\u1E9E", "\u03B8\u0398\u03D1\u03F4", "\u03B2\u0392\u03D0", "\u03B5\u0395\u03F5", "\u03BA\u039A\u03F0", "\u03C0\u03A0\u03D6", "\u03C1\u03A1\u03F1", "\u03C6\u03A6\u03D5", "\u03B9\u0399\u0345\u1FBE", "\u1E61\u1E60\u1E9B"];

    private static readonly Dictionary<int, int[]> Special = Groups
        .SelectMany(group => group.Select(c => ((int)c, group.Where(other => other != c).Select(other => (int)other).ToArray())))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>The other code points that are equal to this one when case is ignored.</summary>
    public static IEnumerable<int> Variants(int codePoint)
    {
        if (Special.TryGetValue(codePoint, out var group)) return group;
        if (!Rune.IsValid(codePoint)) return [];
        var rune = new Rune(codePoint);
        var lower = Rune.ToLowerInvariant(rune).Value;
        var upper = Rune.ToUpperInvariant(rune).Value;
        if (lower != codePoint) return [lower];
        return upper != codePoint ? [upper] : [];
    }
}
