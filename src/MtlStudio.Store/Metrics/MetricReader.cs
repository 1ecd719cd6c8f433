using System.Data.Common;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>Reads what charts draw: raw points where they fit, roll-ups where not, so that the cost follows the chart's width and not the run's length.</summary>
public sealed class MetricReader(IStoreEngine engine)
{
    /// <summary>Rows read for each point that is answered: the levels are a factor of 8 apart, so at least half of the points asked for come back.</summary>
    private const int RowsAPoint = 4;

    /// <summary>More than so many series are found sooner by reading the run's all: forty tasks have hundreds.</summary>
    private const int MostSeriesByName = 24;

    /// <summary>The stretch of each named series, in the order of the names; one that does not exist (yet) comes back empty.</summary>
    /// <exception cref="Core.Runs.InvalidInputException">A bound, the number of points or of series is out of range.</exception>
    public Task<IReadOnlyList<SeriesPoints>> PointsAsync(long runId, PointsQuery query, CancellationToken cancellation = default) =>
        Task.Run(() => Points(runId, query, cancellation), cancellation);

    /// <inheritdoc cref="PointsAsync"/>
    public IReadOnlyList<SeriesPoints> Points(long runId, PointsQuery query, CancellationToken cancellation = default)
    {
        query.Check();
        using var connection = engine.OpenReader();
        // One snapshot: a series' end and its buckets must be of the same moment.
        using var transaction = engine.BeginSnapshot(connection);
        var all = ReadSeries(connection, transaction, runId, query);
        using var reader = new RollUpReader(engine, connection, transaction);
        var axes = new Dictionary<(SeriesIndex, long?), AxisMap>();
        try
        {
            return [.. query.Series.Select(name =>
            {
                cancellation.ThrowIfCancellationRequested();
                if (!all.TryGetValue(name, out var series) || series.Count == 0) return new(name, series?.Unit ?? "", true, [], [], [], [], null);
                long? counter = query.X == XAxis.TaskExamples && SeriesTask.Of(name) is { } task && all.TryGetValue(Core.Runs.SeriesNames.TaskExamples(task), out var found) ? found.Id : null;
                if (!axes.TryGetValue((series.Kind, counter), out var axis))
                    axes[(series.Kind, counter)] = axis = new(engine, connection, runId, series.Kind, query.X, counter);
                return Read(reader, axis, series, query);
            })];
        }
        finally
        {
            foreach (var axis in axes.Values) axis.Dispose();
        }
    }

    private static SeriesPoints Read(RollUpReader reader, AxisMap axis, Series series, PointsQuery query)
    {
        var (from, to) = axis.Indices(query.From, query.To, series.LastIndex);
        var cells = reader.Read(series.Id, series.LastIndex, series.Count, from, to, RowsAPoint * query.MaxPoints, out var points);
        // Few enough points: each is its own mean, lowest and highest.
        if (points is { Values.Length: var count } && count <= query.MaxPoints)
        {
            var values = points.Values;
            long[]? odd = values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) < 0 ? null : Array.ConvertAll(values, value => double.IsFinite(value) ? 0L : 1L);
            return new(series.Name, series.Unit, true, Array.ConvertAll(points.Indices, index => axis.X(index)), values, values, values, odd);
        }
        cells ??= points!.ToCells();
        cells = Columns.Join(cells, query.MaxPoints);
        double[] x = new double[cells.Count], mean = new double[cells.Count], min = new double[cells.Count], max = new double[cells.Count];
        long[]? bad = null;
        axis.Fill(x, cells.Count, i => cells[i].From + (cells[i].To - cells[i].From) / 2, isExact: false);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = cells[i];
            if (cell.Sum.NonFinite > 0) (bad ??= new long[cells.Count])[i] = cell.Sum.NonFinite;
            (mean[i], min[i], max[i]) = cell.Sum.Count > 0 ? (cell.Sum.Sum / cell.Sum.Count, cell.Sum.Min, cell.Sum.Max) : (cell.Value, cell.Value, cell.Value);
        }
        return new(series.Name, series.Unit, false, x, mean, min, max, bad);
    }

    /// <summary>Those that are asked for, with those that count their tasks' examples; all of the run where they are many.</summary>
    private static Dictionary<string, Series> ReadSeries(DbConnection connection, DbTransaction transaction, long runId, PointsQuery query)
    {
        var found = new Dictionary<string, Series>(StringComparer.Ordinal);
        const string select = "SELECT id, name, unit, kind, count, last_index FROM series WHERE run_id = @run";
        if (query.Series.Count > MostSeriesByName)
        {
            using var all = new Statement(connection, select, "run");
            Add(all.Read(transaction, runId));
            return found;
        }
        var names = query.X != XAxis.TaskExamples ? query.Series : query.Series.Concat(query.Series.Select(SeriesTask.Of).OfType<string>().Select(Core.Runs.SeriesNames.TaskExamples));
        using var one = new Statement(connection, select + " AND name = @name", "run", "name");
        foreach (var name in names.Distinct()) Add(one.Read(transaction, runId, name));
        return found;

        void Add(DbDataReader rows)
        {
            using (rows) Read(rows, found);
        }
    }

    private static void Read(DbDataReader reader, Dictionary<string, Series> found)
    {
        while (reader.Read())
            found[reader.GetString(1)] = new()
            {
                Id = reader.GetInt64(0),
                Name = reader.GetString(1),
                Unit = reader.GetString(2),
                Kind = (SeriesIndex)reader.GetInt32(3),
                Count = reader.GetInt64(4),
                LastIndex = reader.GetInt64(5),
            };
    }
}
