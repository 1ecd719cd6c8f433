using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>Holds what the store has of a run against its event file and against an undisturbed run.</summary>
internal static class StoredRun
{
    public static List<RunEvent> EventsOf(RunFolder run) =>
        [.. File.ReadLines(run.Events).Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!)];

    public static async Task HoldAgainstAsync(BareStore store, RunFolder folder, long id, IReadOnlyList<PointsEvent> undisturbed)
    {
        var token = TestContext.Current.CancellationToken;
        var run = await store.Store.GetAsync(id, token);
        Assert.True(run.State == RunState.Finished, $"run {id} is {run.State} at step {run.Step}: {run.StateReason} {run.Failure}");
        Assert.Equal(undisturbed.Count, run.Step);

        // The file: numbered without gap, and read to its end.
        var events = EventsOf(folder);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(one => one.Seq));
        Assert.Equal((events[^1].Seq, new FileInfo(folder.Events).Length), (run.IngestSeq, run.IngestOffset));
        Assert.Equal(events.OfType<StartedEvent>().Count(), run.Attempt);

        // The curves: every step once, equal bit for bit.
        var names = undisturbed[0].Ids.Select(task => SeriesNames.TaskTrainLoss(run.Tasks[task].Name)).ToList();
        var curves = await store.Get<MetricReader>().PointsAsync(id, new PointsQuery { Series = names, MaxPoints = 2 * undisturbed.Count }, token);
        for (var task = 0; task < names.Count; task++)
        {
            Assert.Equal(undisturbed.Select(point => (double)point.Index), curves[task].X);
            Assert.Equal(undisturbed.Select(point => point.Values[task]), curves[task].Mean);
        }
        Assert.All(await store.Get<RunReader>().SeriesAsync(id, token), series => Assert.Equal(undisturbed.Count, series.Count));

        // Samples: one at each tenth step, whatever was rewound.
        var samples = await store.Get<RunReader>().SamplesAsync(id, take: 1000, cancellation: token);
        Assert.Equal(undisturbed.Where(point => point.Index % 10 == 0).Select(point => ((int)point.Index, $"out {point.Values[0]:R}")), samples.Items.Select(sample => (sample.Step, sample.Output)));

        // The states: each begins where the one before ended.
        var steps = await store.Get<RunReader>().TransitionsAsync(id, token);
        for (var i = 1; i < steps.Count; i++) Assert.Equal(steps[i - 1].ToState, steps[i].FromState);
        Assert.Single(steps, step => step.ToState == RunState.Finished);
    }
}
