using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Machine;

/// <summary>What a run was thought to take, and what it took so far.</summary>
/// <param name="EstimatedBytes">Memory at its peak, from the spec, before the first step; null: the trainer did not say.</param>
/// <param name="PeakBytes">The most that was recorded; null: nothing yet.</param>
/// <param name="Foreseen">Training time of all steps at the pace of the first few; null: they are not made yet.</param>
/// <param name="Trained">Training time of all steps at the pace of all that were made.</param>
public sealed record Taken(long? EstimatedBytes, double? PeakBytes, TimeSpan? Foreseen, TimeSpan? Trained)
{
    public static Taken Nothing { get; } = new(null, null, null, null);
}

/// <summary>Reads what a run takes from its record.</summary>
public sealed class TakenReader(MetricReader metrics)
{
    /// <summary>The first step warms up; the next few are those that a probe makes.</summary>
    private const int First = 2, Last = 6;

    public async Task<Taken> ReadAsync(RunSnapshot now, CancellationToken cancellation = default)
    {
        var environment = now.Run.EnvironmentJson is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json, WireJson.Compact) ?? [] : [];
        var memory = (await metrics.PointsAsync(now.Run.Id, new() { Series = [SeriesNames.ProcessMemory], MaxPoints = 1000 }, cancellation))[0].Max.Where(double.IsFinite).ToList();
        var early = await StepSecondsAsync(now, First, Last, cancellation);
        var all = await StepSecondsAsync(now, null, null, cancellation);
        return new(environment.TryGetValue(EnvironmentNames.EstimatedMemory, out var bytes) && long.TryParse(bytes, out var estimated) ? estimated : null,
            memory.Count == 0 ? null : memory.Max(), Times(early, now.TotalSteps), Times(all, now.TotalSteps));
    }

    private async Task<double?> StepSecondsAsync(RunSnapshot now, double? from, double? to, CancellationToken cancellation)
    {
        var points = (await metrics.PointsAsync(now.Run.Id, new() { Series = [SeriesNames.StepSeconds], From = from, To = to, MaxPoints = 1000 }, cancellation))[0].Mean.Where(double.IsFinite).ToList();
        return points.Count == 0 ? null : points.Average();
    }

    private static TimeSpan? Times(double? seconds, int steps) => seconds is { } each ? TimeSpan.FromSeconds(each * steps) : null;
}
