using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>Reads the trials of steps along single tasks' gradients.</summary>
public sealed class EffectReader(MetricReader metrics)
{
    /// <param name="window">Trials of each pair at most, the last ones.</param>
    public async Task<IReadOnlyList<EffectPair>> ReadAsync(RunSnapshot now, int window, CancellationToken cancellation = default)
    {
        var names = now.Series.Where(series => series.Count > 0).Select(series => series.Name).ToHashSet(StringComparer.Ordinal);
        var pairs = now.Tasks.SelectMany(source => now.Tasks.Select(target => (Source: source.Name, Target: target.Name))).Where(pair => names.Contains(SeriesNames.Affinity(pair.Source, pair.Target))).ToList();
        var found = new List<(string, string, IReadOnlyList<double>)>();
        foreach (var chunk in pairs.Chunk(PointsQuery.MostSeries))
        {
            var points = await metrics.PointsAsync(now.Run.Id, new() { Series = [.. chunk.Select(pair => SeriesNames.Affinity(pair.Source, pair.Target))], MaxPoints = 2000 }, cancellation);
            found.AddRange(chunk.Select((pair, i) => (pair.Source, pair.Target, (IReadOnlyList<double>)[.. points[i].Mean.TakeLast(window)])));
        }
        return EffectPair.Of(found);
    }
}
