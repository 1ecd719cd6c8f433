namespace MtlStudio.Core.Tokenizers.Text;

/// <summary>Text on its way through normalizers and pre-tokenizers, in UTF-16 units, where each unit may know which units of the
/// original text it came from. Holds no lone surrogates.</summary>
internal sealed class AlignedText
{
    private readonly int[]? _starts; // (Length), null where unit i came from Origin + i
    private readonly int[]? _ends;

    private AlignedText(char[] units, int length, int origin, bool tracked, int[]? starts, int[]? ends)
    {
        Units = units;
        Length = length;
        Origin = origin;
        Tracked = tracked;
        _starts = starts;
        _ends = ends;
    }

    public char[] Units { get; }

    public int Length { get; }

    /// <summary>Where in the original this text began before anything was changed in it.</summary>
    public int Origin { get; }

    /// <summary>False where nobody asked for offsets: <see cref="StartOf"/> then means nothing.</summary>
    public bool Tracked { get; }

    public ReadOnlySpan<char> Span => Units.AsSpan(0, Length);

    public static AlignedText Of(string text, bool tracked) => new(text.ToCharArray(), text.Length, 0, tracked, null, null);

    public static AlignedText Of(char[] units, int length, int origin, int[] starts, int[] ends) => new(units, length, origin, true, starts, ends);

    public static AlignedText Untracked(char[] units, int length) => new(units, length, 0, false, null, null);

    public int StartOf(int unit) => _starts is null ? Origin + unit : _starts[unit];

    /// <summary>Exclusive.</summary>
    public int EndOf(int unit) => _ends is null ? Origin + unit + 1 : _ends[unit];

    /// <summary>A text of the units from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public AlignedText Slice(int from, int to)
    {
        if (from == 0 && to == Length) return this;
        var units = Units[from..to];
        if (_starts is null) return new(units, units.Length, Origin + from, Tracked, null, null);
        return new(units, units.Length, from < to ? _starts[from] : Origin, true, _starts[from..to], _ends![from..to]);
    }
}
