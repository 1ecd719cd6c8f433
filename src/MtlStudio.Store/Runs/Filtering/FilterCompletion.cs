namespace MtlStudio.Store;

/// <summary>What may stand where someone types in a filter.</summary>
public enum FilterExpects { Column, Operator, Value, Joiner }

/// <param name="Text">What replaces the typed piece.</param>
/// <param name="Help">What it is, in a few words.</param>
public sealed record FilterSuggestion(string Text, string Help = "");

/// <summary>What is being typed at the end of a filter.</summary>
/// <param name="From">Where the piece begins that a suggestion replaces; the text's length where none is begun.</param>
/// <param name="Typed">That piece.</param>
/// <param name="Column">The column that an operator or value is for.</param>
public sealed record FilterTyping(FilterExpects Expects, int From, string Typed, RunColumn? Column)
{
    private const int Most = 12;

    /// <summary>Reads a filter up to where it is typed.</summary>
    public static FilterTyping At(string text)
    {
        var tokens = FilterLexer.Read(text);
        tokens.RemoveAt(tokens.Count - 1);
        var (expects, column, isList) = (FilterExpects.Column, (RunColumn?)null, false);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var isTyped = token.End == text.Length && token.Kind is FilterTokenKind.Word or FilterTokenKind.Quoted && i == tokens.Count - 1;
            // A call is one piece, finished or not.
            if (expects is FilterExpects.Column or FilterExpects.Joiner && token.Kind == FilterTokenKind.Word && i + 1 < tokens.Count && tokens[i + 1].Kind == FilterTokenKind.Open && RunColumn.Functions.Contains(token.Text))
            {
                var close = tokens.FindIndex(i, one => one.Kind == FilterTokenKind.Close);
                if (close < 0) return new(FilterExpects.Column, token.At, text[token.At..], null);
                (column, expects, i) = (RunColumn.TryParse(text[token.At..tokens[close].End]), FilterExpects.Operator, close);
                continue;
            }
            if (isTyped) return new(expects == FilterExpects.Joiner && token.Kind == FilterTokenKind.Quoted ? FilterExpects.Column : expects, token.At, token.Text, column);
            switch (expects)
            {
                case FilterExpects.Operator when token.Kind == FilterTokenKind.Operator || token.Is("is") || token.Is("in"):
                    (expects, isList) = (FilterExpects.Value, token.Is("in"));
                    break;
                case FilterExpects.Operator when token.Is("not"):
                    break;
                case FilterExpects.Value when token.Kind is FilterTokenKind.Word or FilterTokenKind.Quoted && !token.Is("not"):
                    if (!isList) expects = FilterExpects.Joiner;
                    break;
                case FilterExpects.Value when token.Kind == FilterTokenKind.Close:
                    (expects, isList) = (FilterExpects.Joiner, false);
                    break;
                case FilterExpects.Value:
                    break;
                case FilterExpects.Joiner when token.Kind == FilterTokenKind.Close:
                    break;
                default:
                    var isColumn = token.Kind == FilterTokenKind.Word && !token.Is("and") && !token.Is("or") && !token.Is("not");
                    (column, expects) = isColumn ? (RunColumn.TryParse(token.Text), FilterExpects.Operator) : (null, FilterExpects.Column);
                    break;
            }
        }
        return new(expects, text.Length, "", column);
    }

    /// <summary>The columns, operators or words that fit; values come from the runs (<see cref="RunTableReader.ValuesAsync"/>).</summary>
    public IReadOnlyList<FilterSuggestion> Suggest(RunColumnNames names) => Expects switch
    {
        FilterExpects.Column => [.. names.All.Where(column => column.ToString() is var name && Fits(name, column)).OrderBy(column => column.ToString().StartsWith(Typed, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .Take(Most).Select(column => new FilterSuggestion(column.ToString(), RunColumnTitles.Help(column)))],
        FilterExpects.Operator when Column is not null => [.. Operators(Column).Where(one => one.Text.StartsWith(Typed, StringComparison.OrdinalIgnoreCase))],
        FilterExpects.Joiner => [.. new FilterSuggestion[] { new("and", "both hold"), new("or", "one of them holds") }.Where(one => one.Text.StartsWith(Typed, StringComparison.OrdinalIgnoreCase))],
        _ => [],
    };

    /// <summary>The text with a suggestion taken.</summary>
    public string Accept(string text, string suggestion)
    {
        var value = Expects == FilterExpects.Value ? new FilterValue(suggestion).ToString() : suggestion;
        return string.Concat(text.AsSpan(0, From), value, " ");
    }

    private bool Fits(string name, RunColumn column) => Typed.Length == 0 ? column.Kind is RunColumnKind.Field or RunColumnKind.Metric or RunColumnKind.Delta && column.Metric is null
        : Compact(name).Contains(Compact(Typed), StringComparison.OrdinalIgnoreCase) || RunColumnTitles.Of(column).Contains(Typed, StringComparison.OrdinalIgnoreCase);

    private static string Compact(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);

    private static IEnumerable<FilterSuggestion> Operators(RunColumn column)
    {
        foreach (var which in Enum.GetValues<FilterOperator>())
            if (FilterValues.Allows(column, which)) yield return new(FilterOperators.Sign(which), Meaning(which));
        if (FilterValues.Allows(column, FilterOperator.Equal)) yield return new("in (", "one of several");
        yield return new("is missing", "has no value");
    }

    private static string Meaning(FilterOperator which) => which switch
    {
        FilterOperator.Equal => "is",
        FilterOperator.NotEqual => "is not",
        FilterOperator.Less => "below",
        FilterOperator.LessOrEqual => "at most",
        FilterOperator.Greater => "above, or later",
        FilterOperator.GreaterOrEqual => "at least",
        FilterOperator.Contains => "contains",
        _ => "does not contain",
    };
}
