using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Normalizers that look at one code point at a time.</summary>
internal static class CharacterNormalizers
{
    /// <summary>Removes every mark (StripAccents); it doesn't decompose first.</summary>
    public static RuneNormalizer StripAccents() => new(c => c >= 0x300 && OlderUnicode.Marks.Contains(c) ? RuneNormalizer.Removed : c);

    /// <summary>The cleaning of the NMT rules: controls go, separators and zero-width signs become spaces.</summary>
    public static RuneNormalizer Nmt() => new(c => c switch
    {
        >= 0x01 and <= 0x08 or 0x0B or >= 0x0E and <= 0x1F or 0x7F or 0x8F or 0x9F => RuneNormalizer.Removed,
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or >= 0x200B and <= 0x200F or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => ' ',
        _ => c,
    });
}
