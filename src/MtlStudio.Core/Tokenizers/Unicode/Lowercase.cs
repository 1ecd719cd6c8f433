using System.Text;

namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>Lower case by character, without context: Σ is always σ, İ becomes two characters.</summary>
internal static class Lowercase
{
    /// <summary>The lower case of <paramref name="codePoint"/>; <paramref name="second"/> is a second code point or 0.</summary>
    public static int Of(int codePoint, out int second)
    {
        second = 0;
        if (codePoint < 0x80) return codePoint is >= 'A' and <= 'Z' ? codePoint + 32 : codePoint;
        switch (codePoint)
        {
            case 0x130:
                second = 0x307;
                return 'i';
            case 0xA7CE or 0xA7D2 or 0xA7D4: // Unicode 17
                return codePoint + 1;
            case >= 0x16EA0 and <= 0x16EB8: // Unicode 17
                return codePoint + 0x1B;
            default:
                return Rune.ToLowerInvariant(new Rune(codePoint)).Value;
        }
    }
}
