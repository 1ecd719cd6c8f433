using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>How two tasks' gradients lay to each other over the last records: the mean cosine with its 95 % interval.</summary>
/// <param name="HalfWidth">Of the interval, from the records' spread as if they were independent; infinite with fewer than three.</param>
/// <param name="Records">Records in the window.</param>
public sealed record PairCosine(string First, string Second, double Mean, double HalfWidth, int Records)
{
    /// <summary>True where the interval leaves zero on one side.</summary>
    public bool IsClear => Records > 0 && Math.Abs(Mean) > HalfWidth;

    /// <summary>What may be said of the pair: gradients pull apart or together; whether that hurts only a reference can tell.</summary>
    public string Words => !IsClear ? "can't tell yet" : Mean < 0 ? "pull apart" : "pull together";

    public static PairCosine Of(string first, string second, IReadOnlyList<double> cosines)
    {
        double[] finite = [.. cosines.Where(double.IsFinite)];
        if (finite.Length == 0) return new(first, second, double.NaN, double.PositiveInfinity, 0);
        var mean = finite.Average();
        if (finite.Length < 3) return new(first, second, mean, double.PositiveInfinity, finite.Length);
        var variance = finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1);
        return new(first, second, mean, 1.96 * Math.Sqrt(variance / finite.Length), finite.Length);
    }
}

/// <summary>Reads the cosines of all pairs over the last records of gradients.</summary>
public sealed class CosineReader(MetricReader metrics)
{
    /// <param name="window">Records; each is one step in <see cref="TelemetrySpec.GradientEvery"/>.</param>
    public async Task<IReadOnlyList<PairCosine>> ReadAsync(RunSnapshot now, int window, CancellationToken cancellation = default)
    {
        var pairs = now.Tasks.SelectMany((first, i) => now.Tasks.Skip(i + 1).Select(second => (first.Name, Second: second.Name)))
            .Where(pair => now.HasSeries(SeriesNames.Cosine(pair.Name, pair.Second))).ToList();
        var every = Math.Max(1, now.Spec.Telemetry.GradientEvery);
        var found = new List<PairCosine>();
        foreach (var chunk in pairs.Chunk(PointsQuery.MostSeries))
        {
            var points = await metrics.PointsAsync(now.Run.Id, new()
            {
                Series = [.. chunk.Select(pair => SeriesNames.Cosine(pair.Name, pair.Second))],
                From = Math.Max(0, now.Step - (double)window * every),
                MaxPoints = Math.Clamp(window + 1, 2, PointsQuery.MostPoints),
            }, cancellation);
            found.AddRange(chunk.Select((pair, i) => PairCosine.Of(pair.Name, pair.Second, [.. points[i].Mean.TakeLast(window)])));
        }
        return found;
    }

    /// <summary>(K, K): the clear means, symmetric; NaN on the diagonal and where it is unclear.</summary>
    public static double[,] Matrix(IReadOnlyList<TaskInfo> tasks, IReadOnlyList<PairCosine> pairs)
    {
        var places = tasks.Select((task, i) => (task.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        var matrix = new double[tasks.Count, tasks.Count];
        for (var i = 0; i < tasks.Count; i++)
            for (var j = 0; j < tasks.Count; j++) matrix[i, j] = double.NaN;
        foreach (var pair in pairs.Where(pair => pair.IsClear))
            matrix[places[pair.First], places[pair.Second]] = matrix[places[pair.Second], places[pair.First]] = pair.Mean;
        return matrix;
    }
}
