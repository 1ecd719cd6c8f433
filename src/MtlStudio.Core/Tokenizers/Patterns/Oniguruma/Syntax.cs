namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>What a pattern is made of, before it is compiled.</summary>
internal abstract record Syntax
{
    public sealed record Empty : Syntax;

    public sealed record One(RuneClass Class) : Syntax;

    public sealed record Sequence(IReadOnlyList<Syntax> Items) : Syntax;

    public sealed record Choice(IReadOnlyList<Syntax> Branches) : Syntax;

    /// <param name="Max">-1 = without limit.</param>
    public sealed record Repeat(Syntax Item, int Min, int Max, Greed Greed) : Syntax;

    public sealed record Atomic(Syntax Item) : Syntax;

    public sealed record Look(Syntax Item, bool Ahead, bool Negative) : Syntax;

    public sealed record Anchor(AnchorKind Kind) : Syntax;

    /// <summary>The fewest and most code points that this can match; most is -1 where there is no limit.</summary>
    public (int Min, int Max) Width() => this switch
    {
        One => (1, 1),
        Sequence s => s.Items.Select(i => i.Width()).Aggregate((Min: 0, Max: 0), (a, b) => (a.Min + b.Min, a.Max < 0 || b.Max < 0 ? -1 : a.Max + b.Max)),
        Choice c => c.Branches.Select(b => b.Width()).Aggregate((a, b) => (Math.Min(a.Min, b.Min), a.Max < 0 || b.Max < 0 ? -1 : Math.Max(a.Max, b.Max))),
        Repeat r => r.Item.Width() is var (min, max) ? (min * r.Min, r.Max < 0 || max < 0 ? -1 : max * r.Max) : default,
        Atomic a => a.Item.Width(),
        _ => (0, 0),
    };
}

internal enum Greed { Greedy, Lazy, Possessive }

internal enum AnchorKind { LineStart, LineEnd, TextStart, TextEnd, TextEndOrLastNewline, WordBoundary, NotWordBoundary }
