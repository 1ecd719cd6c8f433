using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>
/// Reads filters such as <c>policy = pcgrad and (state in (running, queued) or not metric(qa) &lt; 0.5)</c>. "and" may be left out;
/// a text alone is looked for in name, note and tags. The whole language stands in docs/guide/runs.md.
/// </summary>
public static class RunFilterParser
{
    /// <summary>Characters a filter may have.</summary>
    public const int MaxLength = 4000;
    private const int MaxDepth = 50;

    /// <summary>The filter; null for an empty text.</summary>
    /// <exception cref="InvalidInputException">It cannot be read; the message says where and what was expected.</exception>
    public static FilterNode? Parse(string? text, DateTimeOffset now) => TryParse(text, now, out var fault) ?? (fault is null ? null : throw fault.ToException());

    /// <summary>The filter, or null with what is wrong; null and no fault for an empty text.</summary>
    /// <param name="now">What ages ("2d") are counted from; only checked here.</param>
    public static FilterNode? TryParse(string? text, DateTimeOffset now, out FilterFault? fault)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length > MaxLength)
        {
            fault = new(MaxLength, text.Length - MaxLength, $"A filter has at most {MaxLength:#,0} characters (you gave {text.Length:#,0})");
            return null;
        }
        try
        {
            var reader = new Reader(FilterLexer.Read(text), now);
            var filter = reader.Alternatives(0);
            reader.ExpectEnd();
            return filter;
        }
        catch (FilterFaultException found)
        {
            fault = found.Fault;
            return null;
        }
    }

    private sealed class Reader(List<FilterToken> tokens, DateTimeOffset now)
    {
        private int at;

        private FilterToken Now => tokens[at];

        public FilterNode Alternatives(int depth)
        {
            var first = Now;
            if (depth > MaxDepth) throw Fault(first, $"Brackets lie more than {MaxDepth} deep");
            var parts = new List<FilterNode> { Together(depth) };
            while (Now.Is("or"))
            {
                at++;
                parts.Add(Together(depth));
            }
            return parts.Count == 1 ? parts[0] : new AnyOf(parts) { Place = From(first) };
        }

        public void ExpectEnd()
        {
            if (Now.Kind == FilterTokenKind.Close) throw Fault(Now, "This bracket closes nothing: \"and\", \"or\" or the end was expected");
            if (Now.Kind != FilterTokenKind.End) throw Fault(Now, $"\"and\", \"or\" or the end was expected before {Now.Name}");
        }

        private FilterNode Together(int depth)
        {
            var first = Now;
            var parts = new List<FilterNode> { Condition(depth) };
            while (true)
            {
                if (Now.Is("and")) at++;
                // Two conditions side by side hold together.
                else if (Now.Kind is not (FilterTokenKind.Word or FilterTokenKind.Quoted or FilterTokenKind.Open) || Now.Is("or")) break;
                parts.Add(Condition(depth));
            }
            return parts.Count == 1 ? parts[0] : new AllOf(parts) { Place = From(first) };
        }

        private FilterNode Condition(int depth)
        {
            var first = Now;
            if (depth > MaxDepth) throw Fault(first, $"Brackets lie more than {MaxDepth} deep");
            if (first.Is("not"))
            {
                at++;
                return new NotOf(Condition(depth + 1)) { Place = From(first) };
            }
            switch (first.Kind)
            {
                case FilterTokenKind.Open:
                    at++;
                    var inner = Alternatives(depth + 1);
                    if (Now.Kind != FilterTokenKind.Close) throw Fault(Now, $"\")\" was expected for the bracket at character {first.At + 1}");
                    at++;
                    return inner;
                case FilterTokenKind.Quoted:
                    at++;
                    if (!first.IsClosed) throw Fault(first, "This text has no closing quote");
                    if (StartsComparison()) throw Fault(first, $"A column was expected before \"{Now.Text}\": write its name without quotes");
                    return new HasText(first.Text) { Place = From(first) };
                case FilterTokenKind.Word when !first.Is("and") && !first.Is("or") && !first.Is("in") && !first.Is("is"):
                    return OfWord();
                default:
                    throw Fault(first, $"A condition was expected{(first.Kind == FilterTokenKind.End ? "" : $" before {first.Name}")}: as policy = pcgrad, or a text to look for");
            }
        }

        private FilterNode OfWord()
        {
            var first = Now;
            var isCall = tokens[at + 1] is { Kind: FilterTokenKind.Open } open && (open.At == first.End || RunColumn.Functions.Contains(first.Text));
            var column = isCall ? Call() : RunColumn.TryParse(first.Text);
            if (!isCall) at++;
            var columnPlace = From(first);
            if (!StartsComparison())
            {
                // A word alone is looked for; a column alone is a condition that was not finished.
                if (isCall || column!.Kind != RunColumnKind.Spec)
                    throw Fault(Now, $"An operator was expected after {column}: {Operators(column!)}" + (isCall ? "" : $"; to look for the word itself, write \"{first.Text}\" in quotes"));
                return new HasText(first.Text) { Place = columnPlace };
            }
            return Rest(column!, first);
        }

        private RunColumn Call()
        {
            var name = Now;
            if (!RunColumn.Functions.Contains(name.Text))
                throw Fault(name, $"There is no function \"{name.Text}\": {string.Join(", ", RunColumn.Functions.Select(known => known + "(…)"))} were expected");
            at += 2;
            var arguments = new List<string>();
            while (true)
            {
                if (Now.Kind is not (FilterTokenKind.Word or FilterTokenKind.Quoted))
                    throw Fault(Now, arguments.Count == 0 ? $"A task's name was expected: as {name.Text}(qa)"
                        : IsScore(name.Text) ? $"A metric's name was expected: as {name.Text}({arguments[0]}, accuracy)" : "\"baseline\" or \"untuned\" was expected");
                arguments.Add(Now.Text);
                at++;
                if (Now.Kind == FilterTokenKind.Close) break;
                if (Now.Kind != FilterTokenKind.Comma || arguments.Count == 2) throw Fault(Now, arguments.Count == 2 ? "\")\" was expected" : "\",\" or \")\" was expected");
                at++;
            }
            at++;
            return RunColumn.Of(name.Text, arguments) ?? throw new FilterFaultException(new(name.At, tokens[at - 1].End - name.At, IsScore(name.Text)
                ? $"A task's name was expected: as {name.Text}(qa)" : $"A task and perhaps a reference were expected: as {name.Text}(qa) or {name.Text}(qa, untuned)"));
        }

        private static bool IsScore(string function) => function is "metric" or "test";

        private bool StartsComparison() => Now.Kind == FilterTokenKind.Operator || Now.Is("in") || Now.Is("is") || Now.Is("not") && tokens[at + 1].Is("in");

        private FilterNode Rest(RunColumn column, FilterToken first)
        {
            var sign = Now;
            at++;
            if (sign.Is("is"))
            {
                var negated = Now.Is("not");
                if (negated) at++;
                if (!Now.Is("missing")) throw Fault(Now, "\"missing\" or \"not missing\" was expected after \"is\"");
                at++;
                var missing = new IsMissing(column) { Place = From(first) };
                return negated ? new NotOf(missing) { Place = missing.Place } : missing;
            }
            if (sign.Is("not") || sign.Is("in"))
            {
                if (sign.Is("not")) at++;
                var found = new OneOf(column, Values(column)) { Place = default };
                found = found with { Place = From(first) };
                return sign.Is("not") ? new NotOf(found) { Place = found.Place } : found;
            }
            var which = FilterOperators.Find(sign.Text) ?? throw Fault(sign, $"\"{sign.Text}\" is no operator: {Operators(column)}");
            if (!FilterValues.Allows(column, which)) throw Fault(sign, $"\"{sign.Text}\" does not go with {column}: {Operators(column)}");
            return new Compared(column, which, Value(column, which)) { Place = From(first) };
        }

        private List<FilterValue> Values(RunColumn column)
        {
            if (!FilterValues.Allows(column, FilterOperator.Equal)) throw Fault(Now, $"\"in\" does not go with {column}: {Operators(column)}");
            if (Now.Kind != FilterTokenKind.Open) throw Fault(Now, $"\"(\" was expected after \"in\": as {column} in ({FilterValues.Example(column)})");
            var open = Now;
            at++;
            var values = new List<FilterValue>();
            while (true)
            {
                values.Add(Value(column, FilterOperator.Equal));
                if (Now.Kind == FilterTokenKind.Close) break;
                if (Now.Kind != FilterTokenKind.Comma) throw Fault(Now, $"\",\" or \")\" was expected for the bracket at character {open.At + 1}");
                at++;
            }
            at++;
            return values;
        }

        private FilterValue Value(RunColumn column, FilterOperator which)
        {
            var token = Now;
            if (token.Kind is not (FilterTokenKind.Word or FilterTokenKind.Quoted)) throw Fault(token, $"{FilterValues.Expected(column, which)} was expected");
            if (!token.IsClosed) throw Fault(token, "This text has no closing quote");
            var value = new FilterValue(token.Text);
            if (FilterValues.Complaint(column, which, value, now) is { } complaint) throw Fault(token, complaint);
            at++;
            return value;
        }

        private static string Operators(RunColumn column) =>
            string.Join(", ", Enum.GetValues<FilterOperator>().Where(which => FilterValues.Allows(column, which)).Select(FilterOperators.Sign)) + (FilterValues.Allows(column, FilterOperator.Equal) ? ", in (…)" : "") + " or is missing";

        private (int, int) From(FilterToken first) => (first.At, (at > 0 ? tokens[at - 1].End : 0) - first.At);

        private static FilterFaultException Fault(FilterToken token, string message) => new(new(token.At, token.Length, message));
    }
}
