using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>How two tasks' gradients lay to each other over the last records: the mean cosine with its 95 % interval.</summary>
/// <param name="HalfWidth">Of the interval, from the records' spread as if they were independent; infinite with fewer than three.</param>
/// <param name="Records">Records in the window.</param>
public sealed record PairCosine(string First, string Second, double Mean, double HalfWidth, int Records)
{
    /// <summary>Fewer records than this make no claim: a micro-batch's noise hides what a task's gradient is.</summary>
    public const int FewestRecords = 20;

    /// <summary>True where the interval over enough records leaves zero on one side.</summary>
    public bool IsClear => Records >= FewestRecords && Math.Abs(Mean) > HalfWidth;

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
    public Task<IReadOnlyList<PairCosine>> ReadAsync(RunSnapshot now, int window, CancellationToken cancellation = default) =>
        ReadAsync(now, now.Tasks.SelectMany((first, i) => now.Tasks.Skip(i + 1).Select(second => (first.Name, Second: second.Name))), window, cancellation);

    /// <summary>The noise ceilings: of each task that has one, the cosine between two halves of its micro-batches of a step.</summary>
    /// <param name="window">As of <see cref="ReadAsync(RunSnapshot, int, CancellationToken)"/>.</param>
    public async Task<IReadOnlyDictionary<string, PairCosine>> CeilingsAsync(RunSnapshot now, int window, CancellationToken cancellation = default) =>
        (await ReadAsync(now, now.Tasks.Select(task => (task.Name, Second: task.Name)), window, cancellation)).Where(own => own.Records > 0).ToDictionary(own => own.First);

    /// <summary>Each task's mean gradient norm over its last records.</summary>
    /// <param name="window">As of <see cref="ReadAsync(RunSnapshot, int, CancellationToken)"/>.</param>
    public async Task<IReadOnlyDictionary<string, double>> NormsAsync(RunSnapshot now, int window, CancellationToken cancellation = default)
    {
        var tasks = now.Tasks.Where(task => now.HasSeries(SeriesNames.TaskGradientNorm(task.Name))).Take(PointsQuery.MostSeries).ToList();
        var points = await metrics.PointsAsync(now.Run.Id, new() { Series = [.. tasks.Select(task => SeriesNames.TaskGradientNorm(task.Name))], MaxPoints = 2000 }, cancellation);
        return tasks.Select((task, i) => (task.Name, Norms: points[i].Mean.TakeLast(window).Where(double.IsFinite).ToList())).Where(pair => pair.Norms.Count > 0).ToDictionary(pair => pair.Name, pair => pair.Norms.Average());
    }

    private async Task<IReadOnlyList<PairCosine>> ReadAsync(RunSnapshot now, IEnumerable<(string Name, string Second)> wanted, int window, CancellationToken cancellation)
    {
        var pairs = wanted.Where(pair => now.HasSeries(SeriesNames.Cosine(pair.Name, pair.Second))).ToList();
        // A pair has a record only where both tasks are in the step: the last ones of rare tasks lie far back.
        var reach = (double)Math.Clamp(PointsQuery.MostPoints / Math.Max(1, window), 1, 10) * window;
        var every = Math.Max(1, now.Spec.Telemetry.GradientEvery);
        var found = new List<PairCosine>();
        foreach (var chunk in pairs.Chunk(PointsQuery.MostSeries))
        {
            var points = await metrics.PointsAsync(now.Run.Id, new()
            {
                Series = [.. chunk.Select(pair => SeriesNames.Cosine(pair.Name, pair.Second))],
                From = Math.Max(0, now.Step - reach * every),
                MaxPoints = Math.Clamp((int)reach + 1, 2, PointsQuery.MostPoints),
            }, cancellation);
            found.AddRange(chunk.Select((pair, i) => PairCosine.Of(pair.Name, pair.Second, [.. points[i].Mean.TakeLast(window)])));
        }
        return found;
    }

    /// <summary>The tasks in an order in which those that pull together stand together.</summary>
    public static IReadOnlyList<string> Clustered(IReadOnlyList<TaskInfo> tasks, IReadOnlyList<PairCosine> pairs)
    {
        var places = tasks.Select((task, i) => (task.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        var distances = new double[tasks.Count, tasks.Count];
        for (var i = 0; i < tasks.Count; i++)
            for (var j = 0; j < tasks.Count; j++) distances[i, j] = i == j ? 0 : double.NaN;
        foreach (var pair in pairs.Where(pair => pair.Records > 0))
            distances[places[pair.First], places[pair.Second]] = distances[places[pair.Second], places[pair.First]] = 1 - pair.Mean;
        return [.. LeafOrder.Of(distances, unknown: 1).Select(place => tasks[place].Name)];
    }

    /// <summary>(K, K): the clear means in the names' order, symmetric; on the diagonal the noise ceilings; NaN where either is unclear.</summary>
    public static double[,] Matrix(IReadOnlyList<string> tasks, IReadOnlyList<PairCosine> pairs, IReadOnlyDictionary<string, PairCosine> ceilings)
    {
        var places = tasks.Select((task, i) => (task, i)).ToDictionary(pair => pair.task, pair => pair.i);
        var matrix = new double[tasks.Count, tasks.Count];
        for (var i = 0; i < tasks.Count; i++)
            for (var j = 0; j < tasks.Count; j++) matrix[i, j] = double.NaN;
        foreach (var own in ceilings.Values.Where(own => NoiseCeiling.IsKnown(own))) matrix[places[own.First], places[own.First]] = own.Mean;
        foreach (var pair in pairs.Where(pair => pair.IsClear))
            matrix[places[pair.First], places[pair.Second]] = matrix[places[pair.Second], places[pair.First]] = pair.Mean;
        return matrix;
    }
}
