using System.Globalization;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>Reads Oniguruma's default syntax over Unicode (doc/RE): groups, look-around, atomic and possessive forms, options i, m and x,
/// classes with intersections, \p{…}. Back references, conditionals and subroutine calls are refused.</summary>
internal sealed partial class PatternParser
{
    private readonly string _pattern;
    private int _at;

    private PatternParser(string pattern) => _pattern = pattern;

    [Flags]
    private enum Options { None = 0, IgnoreCase = 1, DotAll = 2, Extended = 4 }

    /// <exception cref="PatternSyntaxException">Malformed or unsupported.</exception>
    public static Syntax Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var result = parser.Alternatives(Options.None);
        return parser._at < pattern.Length ? throw parser.Fault("unmatched )") : result;
    }

    private PatternSyntaxException Fault(string what) => new(_pattern, _at, what);

    private bool End => _at >= _pattern.Length;

    private bool Try(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0) return false;
        _at += text.Length;
        return true;
    }

    private int NextRune()
    {
        if (End) throw Fault("the pattern ends too early");
        var codePoint = Runes.At(_pattern, _at, out var length);
        _at += length;
        return codePoint;
    }

    private Syntax Alternatives(Options options)
    {
        List<Syntax> branches = [];
        do branches.Add(Branch(ref options));
        while (Try("|"));
        return branches.Count == 1 ? branches[0] : new Syntax.Choice(branches);
    }

    private Syntax Branch(ref Options options)
    {
        List<Syntax> items = [];
        while (!End && _pattern[_at] is not ('|' or ')'))
        {
            if (options.HasFlag(Options.Extended) && SkipComment()) continue;
            var item = Atom(ref options);
            if (item is Syntax.Empty) continue;
            items.Add(Quantified(item));
        }
        return items.Count == 1 ? items[0] : new Syntax.Sequence(items);
    }

    private bool SkipComment()
    {
        if (char.IsWhiteSpace(_pattern[_at]))
        {
            _at++;
            return true;
        }
        if (_pattern[_at] != '#') return false;
        while (!End && _pattern[_at] != '\n') _at++;
        return true;
    }

    private Syntax Quantified(Syntax item)
    {
        while (!End)
        {
            int min, max;
            var interval = false;
            if (Try("*")) (min, max) = (0, -1);
            else if (Try("+")) (min, max) = (1, -1);
            else if (Try("?")) (min, max) = (0, 1);
            else if (TryInterval(out min, out max)) interval = true;
            else return item;
            var greed = Greed.Greedy;
            if (Try("?")) greed = Greed.Lazy;
            else if (!interval && Try("+")) greed = Greed.Possessive; // {n,m}+ repeats the repetition in this syntax
            item = new Syntax.Repeat(item, min, max, greed);
        }
        return item;
    }

    private bool TryInterval(out int min, out int max)
    {
        (min, max) = (0, -1);
        if (End || _pattern[_at] != '{') return false;
        var close = _pattern.IndexOf('}', _at);
        if (close < 0) return false;
        var parts = _pattern[(_at + 1)..close].Split(',');
        if (parts.Length > 2 || parts.All(string.IsNullOrEmpty)) return false;
        if (parts[0].Length > 0 && !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out min)) return false;
        if (parts.Length == 1) max = min;
        else if (parts[1].Length > 0 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out max)) return false;
        if (max >= 0 && min > max) throw Fault("a repetition whose maximum is below its minimum");
        if (min > 1000 || max > 1000) throw Fault("a repetition of more than 1000");
        _at = close + 1;
        return true;
    }

    private Syntax Atom(ref Options options)
    {
        var start = _at;
        var codePoint = NextRune();
        switch (codePoint)
        {
            case '(':
                return Group(ref options);
            case '[':
                var inside = Class();
                return new Syntax.One(options.HasFlag(Options.IgnoreCase) ? inside.IgnoringCase() : inside);
            case '.':
                return new Syntax.One(options.HasFlag(Options.DotAll) ? RuneClass.All : RuneClass.Dot);
            case '^':
                return new Syntax.Anchor(AnchorKind.LineStart);
            case '$':
                return new Syntax.Anchor(AnchorKind.LineEnd);
            case '*' or '+' or '?':
                _at = start;
                throw Fault("nothing to repeat");
            case '\\':
                if (AnchorAfterBackslash() is { } anchor) return anchor;
                if (Shorthand() is { } known) return new Syntax.One(known);
                return Literal(Escaped(), options);
            default:
                return Literal(codePoint, options);
        }
    }

    private static Syntax.One Literal(int codePoint, Options options)
    {
        var one = RuneClass.Of(codePoint);
        return new(options.HasFlag(Options.IgnoreCase) ? one.IgnoringCase() : one);
    }

    private Syntax.Anchor? AnchorAfterBackslash()
    {
        if (End) throw Fault("a backslash at the end");
        AnchorKind? kind = _pattern[_at] switch
        {
            'b' => AnchorKind.WordBoundary,
            'B' => AnchorKind.NotWordBoundary,
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.TextEndOrLastNewline,
            _ => null,
        };
        if (kind is null) return null;
        _at++;
        return new(kind.Value);
    }

    private Syntax Group(ref Options options)
    {
        if (!Try("?")) return Closed(Alternatives(options));
        if (Try(":")) return Closed(Alternatives(options));
        if (Try("=")) return new Syntax.Look(Closed(Alternatives(options)), Ahead: true, Negative: false);
        if (Try("!")) return new Syntax.Look(Closed(Alternatives(options)), Ahead: true, Negative: true);
        if (Try("<=")) return new Syntax.Look(Closed(Alternatives(options)), Ahead: false, Negative: false);
        if (Try("<!")) return new Syntax.Look(Closed(Alternatives(options)), Ahead: false, Negative: true);
        if (Try(">")) return new Syntax.Atomic(Closed(Alternatives(options)));
        if (Try("#"))
        {
            while (!Try(")")) _ = NextRune();
            return new Syntax.Empty();
        }
        if (Try("<") || Try("'"))
        {
            while (NextRune() is not ('>' or '\'')) { }
            return Closed(Alternatives(options));
        }
        var changed = options;
        var on = true;
        while (true)
        {
            switch (NextRune())
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    changed = on ? changed | Options.IgnoreCase : changed & ~Options.IgnoreCase;
                    break;
                case 'm':
                    changed = on ? changed | Options.DotAll : changed & ~Options.DotAll;
                    break;
                case 'x':
                    changed = on ? changed | Options.Extended : changed & ~Options.Extended;
                    break;
                case ':':
                    return Closed(Alternatives(changed));
                case ')':
                    // (?i) holds to the end of the group it stands in, alternatives included.
                    options = changed;
                    return End || _pattern[_at] == ')' ? new Syntax.Empty() : Alternatives(changed);
                default:
                    throw Fault("an unknown group option");
            }
        }
    }

    private Syntax Closed(Syntax inside) => Try(")") ? inside : throw Fault("a group that isn't closed");
}
