namespace MtlStudio.Store;

internal enum FilterTokenKind { Word, Quoted, Operator, Open, Close, Comma, End }

/// <summary>One piece of a filter's text.</summary>
/// <param name="Text">A quoted text without its quotes, the others as they stand.</param>
/// <param name="At">The first character, from 0.</param>
/// <param name="Length">Characters in the text, quotes included.</param>
/// <param name="IsClosed">False for a quoted text that lacks its end.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int At, int Length, bool IsClosed = true)
{
    public int End => At + Length;

    public bool Is(string keyword) => Kind == FilterTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>As errors call it.</summary>
    public string Name => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Quoted => $"the text \"{Text}\"",
        _ => $"\"{Text}\"",
    };
}

/// <summary>Cuts a filter into tokens; never fails.</summary>
internal static class FilterLexer
{
    private const string Breaks = "()\"',=!<>~";

    /// <summary>The tokens in order, the last one <see cref="FilterTokenKind.End"/>.</summary>
    public static List<FilterToken> Read(string text)
    {
        var tokens = new List<FilterToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) break;
            var token = Next(text, at);
            tokens.Add(token);
            at = token.End;
        }
        tokens.Add(new(FilterTokenKind.End, "", text.Length, 0));
        return tokens;
    }

    private static FilterToken Next(string text, int at)
    {
        var first = text[at];
        switch (first)
        {
            case '(': return new(FilterTokenKind.Open, "(", at, 1);
            case ')': return new(FilterTokenKind.Close, ")", at, 1);
            case ',': return new(FilterTokenKind.Comma, ",", at, 1);
            case '"' or '\'': return Quoted(text, at);
            case '=' or '!' or '<' or '>' or '~': return Operator(text, at);
        }
        var end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && !Breaks.Contains(text[end])) end++;
        return new(FilterTokenKind.Word, text[at..end], at, end - at);
    }

    /// <summary>A backslash takes the next character as it is.</summary>
    private static FilterToken Quoted(string text, int at)
    {
        var value = new System.Text.StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == text[at]) return new(FilterTokenKind.Quoted, value.ToString(), at, i + 1 - at);
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            value.Append(text[i]);
        }
        return new(FilterTokenKind.Quoted, value.ToString(), at, text.Length - at, IsClosed: false);
    }

    private static FilterToken Operator(string text, int at)
    {
        var two = at + 1 < text.Length ? text.Substring(at, 2) : "";
        var length = two is "==" or "!=" or "<=" or ">=" or "<>" or "!~" ? 2 : 1;
        return new(FilterTokenKind.Operator, text.Substring(at, length), at, length);
    }
}
