using System.Runtime.CompilerServices;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>A compiled step and all that must follow it: where the whole match ends when it starts at a place, or -1. Backtracking is
/// recursion; runs of one class are loops.</summary>
internal interface INode
{
    int Match(ReadOnlySpan<char> text, int at);
}

internal sealed class AcceptNode : INode
{
    public static readonly AcceptNode Instance = new();

    public int Match(ReadOnlySpan<char> text, int at) => at;
}

internal sealed class OneNode(RuneClass one, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        var length = one.Take(text, at);
        return length == 0 ? -1 : next.Match(text, at + length);
    }
}

/// <summary>A class repeated: takes the whole run, then gives back one code point at a time unless possessive.</summary>
internal sealed class RunNode(RuneClass one, int min, int max, bool possessive, INode next) : INode
{
    private readonly bool _final = possessive || next is AcceptNode;

    public int Match(ReadOnlySpan<char> text, int at)
    {
        var count = 0;
        var end = at;
        while (count != max)
        {
            var length = one.Take(text, end);
            if (length == 0) break;
            end += length;
            count++;
        }
        if (count < min) return -1;
        if (_final) return next.Match(text, end);
        while (true)
        {
            var result = next.Match(text, end);
            if (result >= 0 || count == min) return result;
            _ = Runes.Before(text, end, out var back);
            end -= back;
            count--;
        }
    }
}

/// <summary>A class repeated as few times as will do.</summary>
internal sealed class LazyRunNode(RuneClass one, int min, int max, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        for (var count = 0; ; count++)
        {
            if (count >= min)
            {
                var result = next.Match(text, at);
                if (result >= 0 || count == max) return result;
            }
            var length = one.Take(text, at);
            if (length == 0) return -1;
            at += length;
        }
    }
}

/// <summary>Tries branches in order; a branch that can't begin with the ASCII character at hand is passed over.</summary>
internal sealed class ChoiceNode(INode[] branches, (ulong Low, ulong High)[] first) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        var unit = at < text.Length ? text[at] : '\uFFFF';
        for (var i = 0; i < branches.Length; i++)
        {
            if (unit < 128)
            {
                var (low, high) = first[i];
                if (((unit < 64 ? low : high) >> (unit & 63) & 1) == 0) continue;
            }
            var result = branches[i].Match(text, at);
            if (result >= 0) return result;
        }
        return -1;
    }
}

/// <summary>A group repeated without limit; the body's last step leads back here. The body never matches nothing.</summary>
internal sealed class StarNode(bool lazy, INode next) : INode
{
    public INode Body { get; set; } = AcceptNode.Instance;

    public int Match(ReadOnlySpan<char> text, int at)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = lazy ? next.Match(text, at) : Body.Match(text, at);
        if (result >= 0) return result;
        return lazy ? Body.Match(text, at) : next.Match(text, at);
    }
}

internal sealed class OptionalNode(INode body, bool lazy, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        var result = (lazy ? next : body).Match(text, at);
        return result >= 0 ? result : (lazy ? body : next).Match(text, at);
    }
}

internal sealed class AtomicNode(INode body, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        var end = body.Match(text, at);
        return end < 0 ? -1 : next.Match(text, end);
    }
}

internal sealed class LookAheadNode(INode body, bool negative, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at) => body.Match(text, at) >= 0 == negative ? -1 : next.Match(text, at);
}

/// <summary>Each body matches a fixed number of code points.</summary>
internal sealed class LookBehindNode((INode Body, int Width)[] bodies, bool negative, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at)
    {
        var found = false;
        foreach (var (body, width) in bodies)
        {
            var start = at;
            var left = width;
            for (; left > 0 && start > 0; left--)
            {
                _ = Runes.Before(text, start, out var length);
                start -= length;
            }
            found = left == 0 && body.Match(text[..at], start) == at;
            if (found) break;
        }
        return found == negative ? -1 : next.Match(text, at);
    }
}

internal sealed class AnchorNode(AnchorKind kind, INode next) : INode
{
    public int Match(ReadOnlySpan<char> text, int at) => Holds(text, at) ? next.Match(text, at) : -1;

    private bool Holds(ReadOnlySpan<char> text, int at) => kind switch
    {
        AnchorKind.TextStart => at == 0,
        AnchorKind.TextEnd => at == text.Length,
        AnchorKind.TextEndOrLastNewline => at == text.Length || at == text.Length - 1 && text[at] == '\n',
        AnchorKind.LineStart => at == 0 || at < text.Length && text[at - 1] == '\n',
        AnchorKind.LineEnd => at == text.Length || text[at] == '\n',
        AnchorKind.WordBoundary => IsBoundary(text, at),
        _ => !IsBoundary(text, at),
    };

    private static bool IsBoundary(ReadOnlySpan<char> text, int at)
    {
        var before = at > 0 && RuneClass.Word.Contains(Runes.Before(text, at, out _));
        var after = at < text.Length && RuneClass.Word.Contains(Runes.At(text, at, out _));
        return before != after;
    }
}
