namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>Turns syntax into linked nodes, from the end backwards.</summary>
internal static class PatternCompiler
{
    public static INode Compile(Syntax syntax, INode next, string pattern)
    {
        switch (syntax)
        {
            case Syntax.Empty:
                return next;
            case Syntax.One one:
                return new OneNode(one.Class, next);
            case Syntax.Sequence sequence:
                for (var i = sequence.Items.Count - 1; i >= 0; i--) next = Compile(sequence.Items[i], next, pattern);
                return next;
            case Syntax.Choice choice:
                return new ChoiceNode(
                    [.. choice.Branches.Select(b => Compile(b, next, pattern))],
                    [.. choice.Branches.Select(b => First(b).Bits)]);
            case Syntax.Repeat repeat:
                return Repeat(repeat, next, pattern);
            case Syntax.Atomic atomic:
                return new AtomicNode(Compile(atomic.Item, AcceptNode.Instance, pattern), next);
            case Syntax.Look { Ahead: true } look:
                return new LookAheadNode(Compile(look.Item, AcceptNode.Instance, pattern), look.Negative, next);
            case Syntax.Look look:
                var branches = look.Item is Syntax.Choice alternatives ? alternatives.Branches : [look.Item];
                return new LookBehindNode([.. branches.Select(b => Behind(b, pattern))], look.Negative, next);
            case Syntax.Anchor anchor:
                return new AnchorNode(anchor.Kind, next);
            default:
                throw new InvalidOperationException($"no node for {syntax.GetType().Name}");
        }
    }

    private static (INode Body, int Width) Behind(Syntax branch, string pattern)
    {
        var (min, max) = branch.Width();
        if (min != max) throw new PatternSyntaxException(pattern, 0, "a look-behind of varying length");
        return (Compile(branch, AcceptNode.Instance, pattern), min);
    }

    private static INode Repeat(Syntax.Repeat repeat, INode next, string pattern)
    {
        var (item, min, max, greed) = repeat;
        if (item is Syntax.One one)
            return greed == Greed.Lazy
                ? new LazyRunNode(one.Class, min, max, next)
                : new RunNode(one.Class, min, max, greed == Greed.Possessive, next);
        if (greed == Greed.Possessive)
            return new AtomicNode(Repeat(repeat with { Greed = Greed.Greedy }, AcceptNode.Instance, pattern), next);
        var lazy = greed == Greed.Lazy;
        if (max < 0)
        {
            if (item.Width().Min == 0) throw new PatternSyntaxException(pattern, 0, "a repeated group that may match nothing");
            var star = new StarNode(lazy, next);
            star.Body = Compile(item, star, pattern);
            next = star;
        }
        else
        {
            var after = next;
            for (var i = min; i < max; i++) next = new OptionalNode(Compile(item, next, pattern), lazy, after);
        }
        for (var i = 0; i < min; i++) next = Compile(item, next, pattern);
        return next;
    }

    /// <summary>Which ASCII characters a match may begin with; every one where it may match nothing.</summary>
    private static ((ulong Low, ulong High) Bits, bool MayBeEmpty) First(Syntax syntax)
    {
        switch (syntax)
        {
            case Syntax.One one:
                return ((one.Class.Low, one.Class.High), false);
            case Syntax.Sequence sequence:
                ulong low = 0, high = 0;
                foreach (var item in sequence.Items)
                {
                    var (bits, empty) = First(item);
                    low |= bits.Low;
                    high |= bits.High;
                    if (!empty) return ((low, high), false);
                }
                return ((ulong.MaxValue, ulong.MaxValue), true);
            case Syntax.Choice choice:
                return choice.Branches.Select(First).Aggregate((a, b) => ((a.Bits.Low | b.Bits.Low, a.Bits.High | b.Bits.High), a.MayBeEmpty || b.MayBeEmpty));
            case Syntax.Repeat repeat:
                var (inside, nothing) = First(repeat.Item);
                return (inside, nothing || repeat.Min == 0);
            case Syntax.Atomic atomic:
                return First(atomic.Item);
            default:
                return ((ulong.MaxValue, ulong.MaxValue), true);
        }
    }
}
