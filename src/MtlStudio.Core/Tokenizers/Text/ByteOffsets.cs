using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Text;

/// <summary>Finds UTF-8 offsets in UTF-16 text; cheap while they are asked for in rising order.</summary>
internal ref struct ByteOffsets(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _unit; // _unit and _byte are the same place, the start of a character
    private int _byte;

    /// <summary>The first unit of the character that holds the byte.</summary>
    public int UnitAt(int offset)
    {
        if (offset < _byte) (_unit, _byte) = (0, 0);
        while (_unit < _text.Length)
        {
            var length = Runes.Utf8Length(Runes.At(_text, _unit, out var units));
            if (_byte + length > offset) break;
            _byte += length;
            _unit += units;
        }
        return _unit;
    }

    /// <summary>The unit behind the character that holds the last byte before <paramref name="end"/>.</summary>
    public int UnitBehind(int end)
    {
        if (end == 0) return 0;
        var unit = UnitAt(end - 1);
        if (unit >= _text.Length) return unit;
        _ = Runes.At(_text, unit, out var units);
        return unit + units;
    }
}
