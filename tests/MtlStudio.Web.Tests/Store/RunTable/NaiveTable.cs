using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

/// <summary>Says in plain code what a filter and an order mean, run by run.</summary>
internal sealed class NaiveTable(DateTimeOffset now)
{
    public IReadOnlyList<long> Ids(IEnumerable<MadeUpRun> runs, FilterNode? filter, IReadOnlyList<RunSort> sorts)
    {
        var asksArchived = filter?.Columns.Any(column => column.Name == "archived") ?? false;
        var found = runs.Where(run => (asksArchived || !run.Run.Archived) && Meets(run, filter)).OrderByDescending(run => run.Run.Id).ToList();
        foreach (var sort in sorts.Reverse())
        {
            var present = found.Where(run => !Value(run, sort.Column).IsMissing).ToList();
            var sorted = sort.Descending ? present.OrderByDescending(Key, Order) : present.OrderBy(Key, Order);
            found = [.. sorted, .. found.Where(run => Value(run, sort.Column).IsMissing)];

            RunCell Key(MadeUpRun run) => Value(run, sort.Column);
        }
        return [.. found.Select(run => run.Run.Id)];
    }

    private static readonly Comparer<RunCell> Order = Comparer<RunCell>.Create((a, b) => (a.Number, b.Number) switch
    {
        ({ } x, { } y) => x.CompareTo(y),
        (null, null) => string.CompareOrdinal(Fold(a.Text!), Fold(b.Text!)),
        // SQL sorts by the number first, and there NULL comes first.
        (null, _) => -1,
        _ => 1,
    });

    private bool Meets(MadeUpRun run, FilterNode? filter) => filter switch
    {
        null => true,
        AllOf all => all.Parts.All(part => Meets(run, part)),
        AnyOf any => any.Parts.Any(part => Meets(run, part)),
        NotOf not => !Meets(run, not.Part),
        HasText has => Holds(run.Run.Name, has.Text) || run.Run.Note is { } note && Holds(note, has.Text) || run.Tags.Any(tag => Holds(tag, has.Text)),
        IsMissing missing => Words(run, missing.Column) is { } words ? words.Count == 0 : Value(run, missing.Column).IsMissing,
        OneOf one => one.Values.Any(value => Compare(run, one.Column, FilterOperator.Equal, value)),
        Compared { Operator: FilterOperator.NotEqual } compared => !Compare(run, compared.Column, FilterOperator.Equal, compared.Value),
        Compared { Operator: FilterOperator.ContainsNot } compared => !Compare(run, compared.Column, FilterOperator.Contains, compared.Value),
        Compared compared => Compare(run, compared.Column, compared.Operator, compared.Value),
        _ => throw new InvalidOperationException(),
    };

    private bool Compare(MadeUpRun run, RunColumn column, FilterOperator which, FilterValue value)
    {
        bool IsText(string? text) => text is not null && (which == FilterOperator.Contains ? Holds(text, value.Text) : Fold(text) == Fold(value.Text));
        if (Words(run, column) is { } words) return words.Any(IsText);
        var cell = Value(run, column);
        return RunFields.KindOf(column) switch
        {
            RunValueKind.State => Fold(cell.Text!) == Fold(value.Text),
            RunValueKind.Flag => cell.Number == (value.Truth!.Value ? 1 : 0),
            RunValueKind.Time => Ordered(cell.Number, value.Moment(now)!.Value.ToUnixTimeMilliseconds()),
            RunValueKind.Duration => Ordered(cell.Number, value.Seconds!.Value),
            RunValueKind.Number => Ordered(cell.Number, value.Number!.Value),
            RunValueKind.Any when FilterOperators.IsOrder(which) => Ordered(cell.Number, value.Number!.Value),
            RunValueKind.Any when which == FilterOperator.Equal && value.Number is { } number => cell.Number == number || IsText(cell.Text),
            _ => IsText(cell.Text),
        };

        bool Ordered(double? left, double right) => left is { } number && which switch
        {
            FilterOperator.Equal => number == right,
            FilterOperator.Less => number < right,
            FilterOperator.LessOrEqual => number <= right,
            FilterOperator.Greater => number > right,
            _ => number >= right,
        };
    }

    private static IReadOnlyList<string>? Words(MadeUpRun run, RunColumn column) => column.Name switch { "tag" => run.Tags, "task" => run.Tasks, _ => null };

    private RunCell Value(MadeUpRun made, RunColumn column)
    {
        var run = made.Run;
        return column.Kind switch
        {
            RunColumnKind.Metric => Score(made.Validation),
            RunColumnKind.Test => Score(made.Test),
            RunColumnKind.Spec => SpecValues.Of(made.Spec).FirstOrDefault(value => value.Field == column.Name) is { } value
                ? double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new(number, null) : new(null, value.Text) : default,
            _ => column.Name switch
            {
                "id" => new(run.Id, null),
                "name" => new(null, run.Name),
                "state" => new(null, run.State.ToString()),
                "created" => new(run.CreatedAt.ToUnixTimeMilliseconds(), null),
                "ended" => new(run.EndedAt?.ToUnixTimeMilliseconds(), null),
                "took" => new(run.StartedAt is { } start ? ((run.EndedAt ?? now) - start).TotalMilliseconds / 1000 : null, null),
                "step" => new(run.Step, null),
                "progress" => new(run.TotalSteps > 0 ? (double)run.Step / run.TotalSteps : null, null),
                "score" => new(run.UnifiedScore, null),
                "policy" => new(null, run.Policy),
                "task" => new(null, string.Join(", ", made.Tasks)),
                "tasks" => new(made.Tasks.Count, null),
                "tag" => new(null, made.Tags.Count == 0 ? null : string.Join(", ", made.Tags.Order(StringComparer.Ordinal))),
                "note" => new(null, run.Note),
                "baseline" => new(null, run.BaselineTask),
                "archived" => new(run.Archived ? 1 : 0, null),
                _ => throw new InvalidOperationException(column.Name),
            },
        };

        RunCell Score(IReadOnlyDictionary<string, double> scores) =>
            scores.TryGetValue(column.Metric is null ? column.Name : $"{column.Name}/{column.Metric}", out var score) && double.IsFinite(score) ? new(score, null) : default;
    }

    private static bool Holds(string text, string part) => Fold(text).Contains(Fold(part), StringComparison.Ordinal);

    /// <summary>SQLite's letters have no case from A to Z.</summary>
    private static string Fold(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 32) : c));
}
