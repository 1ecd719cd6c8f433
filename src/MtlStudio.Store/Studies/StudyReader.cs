using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store.Judging;

namespace MtlStudio.Store;

/// <summary>Reads what a study has found so far. Validation chooses each policy's candidate; what is reported of it is its test scores.</summary>
public sealed class StudyReader(StudyStore studies, IDbContextFactory<StudioContext> contexts, MetricReader metrics, Comparer comparer)
{
    /// <param name="wanted">What scores stand beside; null: the baselines where the study has them, else the untuned model.</param>
    /// <exception cref="StudyNotFoundException">There is none, or it is of shares (<see cref="ShareStudyReader"/>).</exception>
    public async Task<StudyReport> ReadAsync(long id, ReferenceChoice? wanted = null, CancellationToken cancellation = default)
    {
        var study = await studies.GetAsync(id, cancellation);
        if (study.IsOfShares) throw new StudyNotFoundException(id);
        var plan = study.Read();
        var reference = wanted ?? (plan.Baselines ? ReferenceChoice.Baseline : ReferenceChoice.Untuned);
        var (runs, baselines) = await RunsAsync((IReadOnlyList<long>)[.. study.Runs.Select(place => place.RunId)], cancellation);
        var seconds = new Dictionary<long, double?>();
        foreach (var run in runs.Values) seconds[run.Id] = await SecondsAsync(run, cancellation);
        var places = study.Runs.Select(place => new StudyPlace(place, runs.GetValueOrDefault(place.RunId), seconds.GetValueOrDefault(place.RunId))).ToList();
        var rates = places.Select(place => place.Place.Rate).ToList();
        var lines = places.GroupBy(place => place.Place.Policy).Select(policy => LineOf(policy.Key, [.. policy], rates)).ToList();
        var comparison = await comparer.CompareAsync([.. lines.SelectMany(line => line.Runs)], reference, cancellation);
        return new(study, plan, places, baselines, comparison.Tasks,
            [.. lines.Select(line => Judged(line, comparison)).OrderByDescending(line => line.DeltaM?.Value ?? double.NegativeInfinity).ThenByDescending(line => line.Best?.Mean ?? double.NegativeInfinity)], reference);
    }

    /// <summary>The report with its runs as they are now: how far they are costs little to read, what they found is judged anew only where one has ended.</summary>
    public async Task<StudyReport> ProgressAsync(StudyReport report, CancellationToken cancellation = default)
    {
        var (runs, baselines) = await RunsAsync((IReadOnlyList<long>)[.. report.Places.Select(place => place.Place.RunId)], cancellation);
        var ended = runs.Values.Concat(baselines).Count(run => RunTransitions.IsEnded(run.State));
        return ended != report.Runs.Count(run => RunTransitions.IsEnded(run.State)) || runs.Count + baselines.Count != report.Runs.Count ? await ReadAsync(report.Study.Id, report.Reference, cancellation)
            : report with { Places = [.. report.Places.Select(place => place with { Run = runs.GetValueOrDefault(place.Place.RunId) })], Baselines = baselines };
    }

    /// <summary>Every run of the study that stands, joint runs first, then the baselines that answer for them.</summary>
    /// <exception cref="StudyNotFoundException"/>
    public async Task<IReadOnlyList<Run>> RunsAsync(long id, CancellationToken cancellation = default)
    {
        var (runs, baselines) = await RunsAsync((IReadOnlyList<long>)[.. (await studies.GetAsync(id, cancellation)).Runs.Select(place => place.RunId)], cancellation);
        return [.. runs.Values, .. baselines];
    }

    private async Task<(Dictionary<long, Run> Runs, IReadOnlyList<Run> Baselines)> RunsAsync(IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var runs = await context.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, cancellation);
        var linked = await context.RunBaselines.AsNoTracking().Where(link => ids.Contains(link.RunId)).Select(link => link.BaselineRunId).Distinct().ToListAsync(cancellation);
        return (runs, await context.Runs.AsNoTracking().Where(run => linked.Contains(run.Id)).OrderBy(run => run.Id).ToListAsync(cancellation));
    }

    private async Task<double?> SecondsAsync(Run run, CancellationToken cancellation)
    {
        if (run.Step == 0) return null;
        var seconds = (await metrics.PointsAsync(run.Id, new() { Series = [SeriesNames.StepSeconds], MaxPoints = 500 }, cancellation))[0].Mean;
        return Median(seconds.Where(double.IsFinite));
    }

    private static PolicyLine LineOf(string policy, IReadOnlyList<StudyPlace> places, IReadOnlyList<double> rates)
    {
        var candidates = places.GroupBy(place => (place.Place.LossWeights, place.Place.Rate))
            .ToDictionary(group => new StudyCandidate(policy, group.Key.LossWeights, group.Key.Rate, group.Count(), [.. group.Select(place => place.Score).OfType<double>()]), group => group.ToList());
        var best = StudyChoice.Best(candidates.Keys);
        return new()
        {
            Policy = policy, Best = best, // Of a grid that is half done the first rate would always lie at the edge.
            IsAtEdge = best is not null && places.All(place => place.Run is { } run && RunTransitions.IsEnded(run.State)) && StudyChoice.IsAtEdge(best, rates),
            Runs = best is null ? [] : [.. candidates[best].Where(place => place.Score is not null).OrderBy(place => place.Place.Seed).Select(place => place.Run!.Id)],
            SecondsPerStep = Median(places.Select(place => place.SecondsPerStep).OfType<double>()),
            RunsFinished = places.Count(place => place.Run?.State == RunState.Finished), RunsPlanned = places.Count,
        };
    }

    /// <summary>Of several seeds what they say together, of one what it says.</summary>
    private static PolicyLine Judged(PolicyLine line, Comparison comparison)
    {
        if (line.Runs.Count == 0) return line;
        var group = line.Runs.Count > 1 ? comparison.Groups.FirstOrDefault(seeds => seeds.Runs.Order().SequenceEqual(line.Runs.Order())) : null;
        var tasks = group?.Tasks ?? comparison.Tasks;
        return line with
        {
            DeltaM = (group?.DeltaM ?? comparison.DeltaM.FirstOrDefault(one => one.Run == line.Runs[0]))?.Sound(),
            Values = [.. comparison.Tasks.Select(task => tasks.FirstOrDefault(one => one.Task == task.Task)?.Values.FirstOrDefault(value => group is not null || value.Run == line.Runs[0]) ?? new TaskValue { Run = line.Runs[0], Reason = "it does not train this task" })],
        };
    }

    private static double? Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : null;
}
