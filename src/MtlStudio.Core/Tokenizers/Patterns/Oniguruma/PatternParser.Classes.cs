using System.Globalization;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>Escapes and bracketed classes.</summary>
internal sealed partial class PatternParser
{
    /// <summary>A class written with a backslash, the backslash already read; null where another escape follows.</summary>
    private RuneClass? Shorthand()
    {
        if (End) throw Fault("a backslash at the end");
        switch (_pattern[_at++])
        {
            case 's': return RuneClass.WhiteSpace;
            case 'S': return RuneClass.WhiteSpace.Not();
            case 'd': return RuneClass.Digit;
            case 'D': return RuneClass.Digit.Not();
            case 'w': return RuneClass.Word;
            case 'W': return RuneClass.Word.Not();
            case 'h': return RuneClass.HexDigit;
            case 'H': return RuneClass.HexDigit.Not();
            case 'p': return Property(negative: false);
            case 'P': return Property(negative: true);
            default:
                _at--;
                return null;
        }
    }

    private RuneClass Property(bool negative)
    {
        if (!Try("{")) throw Fault("a { must follow \\p");
        if (Try("^")) negative = !negative;
        var close = _pattern.IndexOf('}', _at);
        if (close < 0) throw Fault("a } must close \\p{");
        var name = _pattern[_at..close];
        var result = UnicodeProperty.Find(name) ?? throw Fault($"\\p{{{name}}} isn't known here");
        _at = close + 1;
        return negative ? result.Not() : result;
    }

    /// <summary>One code point after a backslash.</summary>
    private int Escaped()
    {
        var codePoint = NextRune();
        switch (codePoint)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return 0x1B;
            case 'u': return Hex(4);
            case 'x':
                if (!Try("{")) return Hex(2);
                var close = _pattern.IndexOf('}', _at);
                if (close < 0) throw Fault("a } must close \\x{");
                var value = Hex(close - _at);
                _at = close + 1;
                return value;
            case >= '1' and <= '9' or 'k' or 'g' or 'G' or 'K' or 'R' or 'X' or 'y' or 'Y' or 'N' or 'O':
                throw Fault($"\\{(char)codePoint} isn't supported");
            case '0': return 0;
            default: return codePoint;
        }
    }

    private int Hex(int digits)
    {
        if (digits is < 1 or > 8 || _at + digits > _pattern.Length
            || !int.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            throw Fault("hexadecimal digits expected");
        _at += digits;
        return value;
    }

    /// <summary>A bracketed class, the bracket already read.</summary>
    private RuneClass Class()
    {
        var negative = Try("^");
        RuneClass? left = null; // of &&
        List<RuneClass> parts = [];
        var first = true;
        while (first || !Try("]"))
        {
            if (Try("&&"))
            {
                var soFar = RuneClass.Any(parts);
                left = left is null ? soFar : RuneClass.Both(left, soFar);
                parts = [];
            }
            else if (Try("[:")) parts.Add(Bracket());
            else if (Try("[")) parts.Add(Class());
            else parts.Add(Member());
            first = false;
        }
        var all = RuneClass.Any(parts);
        if (left is not null) all = RuneClass.Both(left, all);
        return negative ? all.Not() : all;
    }

    private RuneClass Bracket()
    {
        var negative = Try("^");
        var close = _pattern.IndexOf(":]", _at, StringComparison.Ordinal);
        if (close < 0) throw Fault("a :] must close [:");
        var name = _pattern[_at..close];
        var result = UnicodeProperty.Find(name) ?? throw Fault($"[:{name}:] isn't known here");
        _at = close + 2;
        return negative ? result.Not() : result;
    }

    private RuneClass Member()
    {
        var from = NextRune();
        if (from == '\\')
        {
            if (Shorthand() is { } known) return known;
            from = Try("b") ? '\b' : Escaped();
        }
        // A hyphen before the closing bracket is itself.
        if (End || _pattern[_at] != '-' || _at + 1 >= _pattern.Length || _pattern[_at + 1] == ']') return RuneClass.Of(from);
        _at++;
        var to = NextRune();
        if (to == '\\')
        {
            if (Shorthand() is { } known) return RuneClass.Any([RuneClass.Of(from), RuneClass.Of('-'), known]);
            to = Try("b") ? '\b' : Escaped();
        }
        return to < from ? throw Fault("a range whose end lies before its start") : RuneClass.Range(from, to);
    }
}
