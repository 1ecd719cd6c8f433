using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Text;

/// <summary>Writes a changed text unit by unit, each with the range of the original that it answers for.</summary>
internal sealed class AlignedTextBuilder
{
    private readonly AlignedText _source;
    private char[] _units;
    private int[]? _starts;
    private int[]? _ends;

    public AlignedTextBuilder(AlignedText source, int capacity)
    {
        _source = source;
        _units = new char[Math.Max(capacity, 16)];
        if (!source.Tracked) return;
        _starts = new int[_units.Length];
        _ends = new int[_units.Length];
    }

    public int Length { get; private set; }

    public AlignedText Build() => _starts is null
        ? AlignedText.Untracked(_units, Length)
        : AlignedText.Of(_units, Length, _source.Origin, _starts, _ends!);

    /// <summary>What was written, with one unit put in the place of another everywhere.</summary>
    public AlignedText BuildReplacing(char old, char replacement)
    {
        _units.AsSpan(0, Length).Replace(old, replacement);
        return Build();
    }

    /// <summary>Copies source units as they are.</summary>
    public void Copy(int from, int to)
    {
        Reserve(to - from);
        _source.Units.AsSpan(from, to - from).CopyTo(_units.AsSpan(Length));
        if (_starts is not null)
            for (var i = from; i < to; i++)
            {
                _starts[Length + i - from] = _source.StartOf(i);
                _ends![Length + i - from] = _source.EndOf(i);
            }
        Length += to - from;
    }

    /// <summary>Appends a unit that answers for the source units from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public void Append(char unit, int from, int to)
    {
        Reserve(1);
        _units[Length] = unit;
        if (_starts is not null)
        {
            _starts[Length] = from < to ? _source.StartOf(from) : _source.Origin;
            _ends![Length] = from < to ? _source.EndOf(to - 1) : _source.Origin;
        }
        Length++;
    }

    public void AppendRune(int codePoint, int from, int to)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint, from, to);
            return;
        }
        Append((char)(0xD800 + ((codePoint - 0x10000) >> 10)), from, to);
        Append((char)(0xDC00 + ((codePoint - 0x10000) & 0x3FF)), from, to);
    }

    /// <summary>Applies rewrites to the whole source. An inserted code point answers for what the one before it answered for; at the
    /// very start, for nothing.</summary>
    /// <param name="rewrites">In order; together they account for every source code point after the skipped ones.</param>
    /// <param name="skipped">How many code points at the start are dropped first.</param>
    public static AlignedText Transform(AlignedText source, IReadOnlyList<Rewrite> rewrites, int skipped = 0)
    {
        var builder = new AlignedTextBuilder(source, rewrites.Count + 16);
        var text = source.Span;
        var at = 0; // in source
        for (var i = 0; i < skipped && at < text.Length; i++) Step(text, ref at);
        foreach (var (codePoint, change) in rewrites)
        {
            if (change > 0)
            {
                var before = at;
                if (before > 0)
                {
                    _ = Runes.Before(text, before, out var length);
                    before -= length;
                }
                builder.AppendRune(codePoint, before, at);
                continue;
            }
            var from = at;
            if (at < text.Length) Step(text, ref at);
            builder.AppendRune(codePoint, from, at);
            for (var i = 0; i < -change && at < text.Length; i++) Step(text, ref at);
        }
        return builder.Build();
    }

    private static void Step(ReadOnlySpan<char> text, ref int at)
    {
        _ = Runes.At(text, at, out var length);
        at += length;
    }

    private void Reserve(int more)
    {
        if (Length + more <= _units.Length) return;
        var size = Math.Max(Length + more, _units.Length * 2);
        Array.Resize(ref _units, size);
        if (_starts is null) return;
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
    }
}
