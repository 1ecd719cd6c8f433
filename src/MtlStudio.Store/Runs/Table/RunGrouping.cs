namespace MtlStudio.Store;

/// <summary>Gathers runs into groups, with what each group's runs have in each column.</summary>
internal sealed class RunGrouping(int keys, int columns)
{
    private readonly Dictionary<Key, Group> groups = [];

    /// <param name="cells">The run's keys, then its columns' values.</param>
    public void Add(RunCell[] cells)
    {
        var key = new Key(cells[..keys]);
        if (!groups.TryGetValue(key, out var group)) groups[key] = group = new(columns);
        group.Add(cells.AsSpan(keys));
    }

    /// <param name="sorts">What to sort by: the place among the keys (-1: none of them) and among the columns, and whether the largest comes first.</param>
    public List<RunGroup> Sorted(IEnumerable<(int Key, int Column, bool Descending)> sorts)
    {
        var order = sorts.ToList();
        var all = groups.Select(pair => new RunGroup(pair.Key.Cells, pair.Value.Count, pair.Value.Summaries())).ToList();
        all.Sort((a, b) =>
        {
            foreach (var (key, column, descending) in order)
            {
                var (left, right) = key >= 0 ? (a.Keys[key], b.Keys[key]) : (ValueOf(a.Summaries[column]), ValueOf(b.Summaries[column]));
                if (Compare(left, right, descending) is var way && way != 0) return way;
            }
            if (a.Count != b.Count) return b.Count.CompareTo(a.Count);
            for (var i = 0; i < keys; i++)
                if (Compare(a.Keys[i], b.Keys[i], descending: false) is var way && way != 0) return way;
            return 0;
        });
        return all;
    }

    private static RunCell ValueOf(RunColumnSummary summary) => summary.Mean is { } mean ? new(mean, null) : summary.Only ?? default;

    /// <summary>Missing values last, numbers before texts.</summary>
    private static int Compare(RunCell a, RunCell b, bool descending)
    {
        if (a.IsMissing || b.IsMissing) return a.IsMissing.CompareTo(b.IsMissing);
        var way = (a.Number, b.Number) switch
        {
            ({ } left, { } right) => left.CompareTo(right),
            (null, null) => string.Compare(a.Text, b.Text, StringComparison.OrdinalIgnoreCase),
            (null, _) => 1,
            _ => -1,
        };
        return descending ? -way : way;
    }

    private sealed class Group(int columns)
    {
        private readonly Column[] found = new Column[columns];

        public int Count { get; private set; }

        public void Add(ReadOnlySpan<RunCell> cells)
        {
            for (var i = 0; i < cells.Length; i++) found[i].Add(cells[i]);
            Count++;
        }

        public RunColumnSummary[] Summaries() => Array.ConvertAll(found, column => column.Summary());
    }

    /// <summary>Welford's running mean and variance: sums of squares would lose the digits that large values differ in.</summary>
    private struct Column
    {
        private HashSet<RunCell>? seen;
        private int count;
        private double mean, squares;

        public void Add(RunCell cell)
        {
            (seen ??= []).Add(cell);
            if (cell.Number is not { } number) return;
            count++;
            var off = number - mean;
            mean += off / count;
            squares += off * (number - mean);
        }

        public readonly RunColumnSummary Summary() => new(count, count > 0 ? mean : null, count > 1 ? Math.Sqrt(squares / (count - 1)) : null,
            seen is { Count: 1 } ? seen.Single() : null, seen?.Count ?? 0);
    }

    /// <summary>A group's values, equal by their contents.</summary>
    private readonly record struct Key(RunCell[] Cells)
    {
        public bool Equals(Key other) => Cells.AsSpan().SequenceEqual(other.Cells);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var cell in Cells) hash.Add(cell);
            return hash.ToHashCode();
        }
    }
}
