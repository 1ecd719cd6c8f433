using MtlStudio.Core;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

/// <summary>Makes up filters of every form, with values that some of <see cref="MadeUpRuns"/> have.</summary>
internal sealed class RandomFilters(KeyedRandom seed)
{
    private KeyedRandom random = seed;

    private static readonly string[] Columns =
    [
        "id", "name", "state", "created", "ended", "took", "step", "progress", "score", "policy", "task", "tasks", "tag", "note", "baseline", "archived",
        "training.steps", "seed", "peft.options.rank", "training.lossMode", "tasks[qa].share", "metric(qa)", "metric(qa,f1)", "metric(sentiment,accuracy)", "test(qa)",
    ];

    private static readonly string[] Texts = ["pcgrad", "uw", "equal", "qa", "sentiment", "night", "a b", "four", "100%_", "\\", "it's \"so\"", "or", "task-token", "8", "Ü", ""];

    public FilterNode Make(int depth)
    {
        switch (depth > 0 ? random.NextInt(8) : 5)
        {
            case 0: return new AllOf([.. Parts<AllOf>()]);
            case 1: return new AnyOf([.. Parts<AnyOf>()]);
            case 2: return new NotOf(Make(depth - 1));
            case 3: return new HasText(Pick(Texts[..^1]));
            case 4: return new IsMissing(Column());
            default:
                var column = Column();
                while (true)
                {
                    var which = (FilterOperator)random.NextInt(8);
                    if (!Goes(column, which)) continue;
                    if (which == FilterOperator.Equal && random.NextInt(3) == 0) return new OneOf(column, [.. Enumerable.Range(0, 1 + random.NextInt(3)).Select(_ => Value(column, which))]);
                    return new Compared(column, which, Value(column, which));
                }
        }

        IEnumerable<FilterNode> Parts<T>() where T : FilterNode
        {
            for (var left = 2 + random.NextInt(2); left > 0; left--) yield return Make(depth - 1);
        }

        RunColumn Column() => RunColumn.TryParse(Pick(Columns))!;
    }

    private static bool Goes(RunColumn column, FilterOperator which) => RunFields.KindOf(column) switch
    {
        RunValueKind.Any => true,
        RunValueKind.Text or RunValueKind.Words => !FilterOperators.IsOrder(which),
        RunValueKind.Time => FilterOperators.IsOrder(which),
        RunValueKind.State or RunValueKind.Flag => which is FilterOperator.Equal or FilterOperator.NotEqual,
        _ => which is not (FilterOperator.Contains or FilterOperator.ContainsNot),
    };

    private FilterValue Value(RunColumn column, FilterOperator which) => new(RunFields.KindOf(column) switch
    {
        RunValueKind.State => Pick(["running", "Queued", "FINISHED", "failed"]),
        RunValueKind.Flag => Pick(["true", "no"]),
        RunValueKind.Time => Pick(["2d", "3h", "2027-01-15", "2027-01-14T12:00", "1w"]),
        RunValueKind.Duration => Pick(["90s", "20min", "1.5h", "600"]),
        RunValueKind.Number => Pick(["0", "0.5", "1", "2", "10", "50%", "1e-3"]),
        RunValueKind.Any when FilterOperators.IsOrder(which) || random.NextInt(2) == 0 => Pick(["1", "2", "8", "16", "100", "0.5"]),
        _ => Pick(Texts),
    });

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.NextInt(choices.Count)];
}
