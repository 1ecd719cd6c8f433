using Microsoft.EntityFrameworkCore;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Compare.Samples;

/// <summary>Which output: null chooses what there is.</summary>
/// <param name="Extra">Runs shown beside the compared ones, as references.</param>
public sealed record SampleQuery(IReadOnlyList<long> Runs, IReadOnlyList<long> Extra, string Task, string? Split, int? Example, int? Step);

/// <summary>One example as the runs answered it.</summary>
/// <param name="Splits">Those of which every compared run kept outputs.</param>
/// <param name="Examples">The rows that every compared run kept, rising.</param>
/// <param name="Steps">The evaluations any of them made, rising.</param>
/// <param name="Step">The evaluation asked for; null: each run's last.</param>
/// <param name="Outputs">The output of each run at the last evaluation up to the step; a run without one is absent.</param>
/// <param name="Untuned">The output before the first step, of the first run that kept it; null where none did.</param>
public sealed record SampleSet(IReadOnlyList<string> Splits, string? Split, IReadOnlyList<int> Examples, int? Example, IReadOnlyList<int> Steps, int? Step, IReadOnlyDictionary<long, Sample> Outputs, Sample? Untuned)
{
    public static SampleSet Empty { get; } = new([], null, [], null, [], null, new Dictionary<long, Sample>(), null);
}

/// <summary>Finds one example's outputs in several runs, in two queries.</summary>
public sealed class SampleReader(IDbContextFactory<StudioContext> contexts)
{
    public async Task<SampleSet> ReadAsync(SampleQuery query, CancellationToken cancellation = default)
    {
        long[] all = [.. query.Runs, .. query.Extra];
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var kept = await context.Samples.AsNoTracking().Where(row => all.Contains(row.RunId) && row.Task == query.Task)
            .Select(row => new { row.RunId, row.Split, row.Example, row.Step }).Distinct().ToListAsync(cancellation);
        // A run that has no sample at all cannot say which examples it would have kept.
        List<long> having = [.. query.Runs.Where(run => kept.Any(row => row.RunId == run))];
        if (having.Count == 0) return SampleSet.Empty;
        List<string> splits = [.. kept.Select(row => row.Split).Distinct().Where(split => having.All(run => kept.Any(row => row.RunId == run && row.Split == split))).OrderBy(split => split == "test" ? 0 : 1)];
        if (splits.Count == 0) return SampleSet.Empty;
        var split = query.Split is { } wanted && splits.Contains(wanted) ? wanted : splits[0];
        var ofSplit = kept.Where(row => row.Split == split).ToList();
        List<int> examples = [.. ofSplit.Where(row => having.Contains(row.RunId)).GroupBy(row => row.Example).Where(group => group.Select(row => row.RunId).Distinct().Count() == having.Count).Select(group => group.Key).Order()];
        List<int> steps = [.. ofSplit.Where(row => having.Contains(row.RunId)).Select(row => row.Step).Distinct().Order()];
        if (examples.Count == 0) return new(splits, split, [], null, steps, query.Step, new Dictionary<long, Sample>(), null);
        var example = query.Example is { } asked && examples.Contains(asked) ? asked : examples[0];
        var places = all.Distinct().Select(run => (Run: run, Step: ofSplit.Where(row => row.RunId == run && row.Example == example && (query.Step is null || row.Step <= query.Step)).Select(row => (int?)row.Step).Max()))
            .Where(place => place.Step is not null).ToList();
        int[] wantedSteps = [0, .. places.Select(place => place.Step!.Value).Distinct()];
        var rows = await context.Samples.AsNoTracking().Where(row => all.Contains(row.RunId) && row.Task == query.Task && row.Split == split && row.Example == example && wantedSteps.Contains(row.Step)).ToListAsync(cancellation);
        var outputs = places.ToDictionary(place => place.Run, place => rows.Last(row => row.RunId == place.Run && row.Step == place.Step));
        return new(splits, split, examples, example, steps, query.Step, outputs, having.Select(run => rows.LastOrDefault(row => row.RunId == run && row.Step == 0)).FirstOrDefault(row => row is not null));
    }
}
