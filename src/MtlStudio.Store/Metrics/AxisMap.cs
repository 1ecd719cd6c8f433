using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>
/// Turns the indices of one kind of series into x values and back, by the run's ticks (or by the series that counts a task's
/// examples). All x values rise with the index. What was looked up is kept: the series of a run share most of their indices.
/// </summary>
internal sealed class AxisMap : IDisposable
{
    /// <summary>Of so many summed-up cells one is looked up.</summary>
    private const int Every = 8;

    private readonly IIndexLookUp? lookUp;
    private readonly Dictionary<long, double> known = [];

    /// <param name="taskSeries">The id of the series "examples/TASK" for <see cref="XAxis.TaskExamples"/>.</param>
    public AxisMap(IStoreEngine engine, DbConnection connection, long run, SeriesIndex kind, XAxis axis, long? taskSeries)
    {
        if (axis == XAxis.TaskExamples && taskSeries is { } series && kind == SeriesIndex.Step)
        {
            lookUp = engine.PrepareLookUp(connection, "SELECT value FROM metric_point WHERE series_id = ? AND idx <= ? AND value IS NOT NULL ORDER BY idx DESC LIMIT 1", series);
            return;
        }
        var column = axis switch
        {
            XAxis.Step => "step",
            XAxis.Tokens => "tokens",
            XAxis.Time => "time",
            _ => "examples",
        };
        if (kind == SeriesIndex.Step && axis == XAxis.Step) return; // the index itself
        lookUp = engine.PrepareLookUp(connection, $"SELECT {column} FROM metric_tick WHERE run_id = ? AND kind = ? AND idx <= ? AND {column} IS NOT NULL ORDER BY idx DESC LIMIT 1", run, (long)kind);
    }

    /// <summary>The x value at an index; 0 before anything was counted.</summary>
    public double X(long index)
    {
        if (lookUp is null) return index;
        if (known.TryGetValue(index, out var x)) return x;
        return known[index] = lookUp.Find(index) ?? 0;
    }

    /// <summary>The x values at rising indices. Where each stands for several points (<paramref name="isExact"/> is false), one of eight is looked up and those between lie on
    /// a straight line: a look-up costs as much as the row itself.</summary>
    public void Fill(double[] x, int count, Func<int, long> index, bool isExact)
    {
        if (isExact || lookUp is null || count < 8 * Every)
        {
            for (var i = 0; i < count; i++) x[i] = X(index(i));
            return;
        }
        for (var from = 0; from < count - 1; from += Every)
        {
            var to = Math.Min(from + Every, count - 1);
            var (first, last) = (index(from), index(to));
            (x[from], x[to]) = (X(first), X(last));
            // All axes but the index itself count whole things.
            for (var i = from + 1; i < to; i++) x[i] = Math.Round(x[from] + (x[to] - x[from]) * (index(i) - first) / (last - first));
        }
    }

    /// <summary>First and last index with x between the bounds; first over last where there is none.</summary>
    public (long First, long Last) Indices(double? from, double? to, long last) =>
        (from is { } lower ? FirstWhere(index => X(index) >= lower, last) : 0,
         to is { } upper ? FirstWhere(index => X(index) > upper, last) - 1 : last);

    public void Dispose() => lookUp?.Dispose();

    private static long FirstWhere(Func<long, bool> holds, long last)
    {
        long low = 0, high = last + 1;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (holds(middle)) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
