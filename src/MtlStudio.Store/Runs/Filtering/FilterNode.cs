using System.Text;

namespace MtlStudio.Store;

public enum FilterOperator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, ContainsNot }

/// <summary>A filter on runs, or a part of one. <see cref="object.ToString"/> gives a text that reads back as the same filter.</summary>
public abstract record FilterNode
{
    /// <summary>The characters it was read from; 0 and 0 where it was not read.</summary>
    public (int At, int Length) Place { get; init; }

    /// <summary>The conditions that all must hold: those of an "and", or the filter itself. A filter's chips.</summary>
    public IReadOnlyList<FilterNode> Conditions => this is AllOf all ? all.Parts : [this];

    /// <summary>Everything in it, itself first.</summary>
    public IEnumerable<FilterNode> All => this switch
    {
        AllOf all => all.Parts.SelectMany(part => part.All).Prepend(this),
        AnyOf any => any.Parts.SelectMany(part => part.All).Prepend(this),
        NotOf not => not.Part.All.Prepend(this),
        _ => [this],
    };

    /// <summary>The columns it looks at.</summary>
    public IEnumerable<RunColumn> Columns => All.Select(node => node switch
    {
        Compared compared => compared.Column,
        OneOf one => one.Column,
        IsMissing missing => missing.Column,
        _ => null,
    }).OfType<RunColumn>();

    /// <summary>All of the given filters together; null where there is none.</summary>
    public static FilterNode? Join(IEnumerable<FilterNode?> parts) => parts.OfType<FilterNode>().ToList() switch
    {
        [] => null,
        [var one] => one,
        var many => new AllOf([.. many.SelectMany(part => part.Conditions)]),
    };

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text, outermost: true);
        return text.ToString();
    }

    private void Write(StringBuilder text, bool outermost)
    {
        switch (this)
        {
            case AllOf or AnyOf:
                var (parts, word) = this is AllOf all ? (all.Parts, " and ") : (((AnyOf)this).Parts, " or ");
                if (!outermost) text.Append('(');
                for (var i = 0; i < parts.Count; i++)
                {
                    if (i > 0) text.Append(word);
                    parts[i].Write(text, outermost: false);
                }
                if (!outermost) text.Append(')');
                break;
            case NotOf not:
                text.Append("not ");
                not.Part.Write(text, outermost: false);
                break;
            case HasText has:
                text.Append(FilterValue.Quote(has.Text));
                break;
            case Compared compared:
                text.Append(compared.Column).Append(' ').Append(FilterOperators.Sign(compared.Operator)).Append(' ').Append(compared.Value);
                break;
            case OneOf one:
                text.Append(one.Column).Append(" in (").AppendJoin(", ", one.Values).Append(')');
                break;
            case IsMissing missing:
                text.Append(missing.Column).Append(" is missing");
                break;
        }
    }
}

/// <param name="Parts">At least two.</param>
public sealed record AllOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

/// <param name="Parts">At least two.</param>
public sealed record AnyOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

public sealed record NotOf(FilterNode Part) : FilterNode;

/// <summary>Name, note or a tag holds the text, whatever the case of its letters.</summary>
public sealed record HasText(string Text) : FilterNode;

public sealed record Compared(RunColumn Column, FilterOperator Operator, FilterValue Value) : FilterNode;

public sealed record OneOf(RunColumn Column, IReadOnlyList<FilterValue> Values) : FilterNode;

/// <summary>The run has no value there.</summary>
public sealed record IsMissing(RunColumn Column) : FilterNode;

/// <summary>The signs of the operators.</summary>
public static class FilterOperators
{
    private static readonly (FilterOperator Operator, string Sign)[] Signs =
    [
        (FilterOperator.Equal, "="), (FilterOperator.NotEqual, "!="), (FilterOperator.Less, "<"), (FilterOperator.LessOrEqual, "<="),
        (FilterOperator.Greater, ">"), (FilterOperator.GreaterOrEqual, ">="), (FilterOperator.Contains, "~"), (FilterOperator.ContainsNot, "!~"),
    ];

    public static string Sign(FilterOperator which) => Signs.Single(pair => pair.Operator == which).Sign;

    public static FilterOperator? Find(string sign)
    {
        sign = sign switch { "==" => "=", "<>" => "!=", _ => sign };
        foreach (var (which, known) in Signs)
            if (known == sign) return which;
        return null;
    }

    /// <summary>True for those that need an order: less, greater and kin.</summary>
    public static bool IsOrder(FilterOperator which) => which is >= FilterOperator.Less and <= FilterOperator.GreaterOrEqual;
}
