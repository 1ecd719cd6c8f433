namespace MtlStudio.Core.Tokenizers;

/// <summary>Turns offsets in UTF-16 units into offsets in Unicode code points, which is what other tools count.</summary>
public sealed class CodePointOffsets
{
    private readonly int[] _at; // (units + 1)

    public CodePointOffsets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _at = new int[text.Length + 1];
        for (var i = 0; i < text.Length; i++)
        {
            var inside = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            _at[i + 1] = _at[i] + (inside ? 0 : 1);
        }
    }

    /// <summary>How many code points lie before <paramref name="unit"/>, which is from 0 to the text's length.</summary>
    public int this[int unit] => _at[unit];
}
