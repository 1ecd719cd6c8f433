using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>Holds what the store has of a run against its event file and against an undisturbed run's.</summary>
internal static class StoredRun
{
    /// <summary>Returns the number of attempts.</summary>
    public static async Task<int> HoldAgainstAsync(BareStore store, RunFolder folder, long id, RunFolder undisturbed)
    {
        var token = TestContext.Current.CancellationToken;
        var run = await store.Store.GetAsync(id, token);
        Assert.True(run.State == RunState.Finished, $"run {id} is {run.State} at step {run.Step}: {run.StateReason} {run.Failure}");

        // The file: numbered without gap, and read to its end.
        var events = EventsOf(folder);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(one => one.Seq));
        Assert.Equal((events[^1].Seq, new FileInfo(folder.Events).Length), (run.IngestSeq, run.IngestOffset));
        Assert.Equal(events.OfType<StartedEvent>().Count(), run.Attempt);

        // The curves: every index once, equal bit for bit.
        var wanted = EventsOf(undisturbed);
        var curves = Curves(wanted);
        var stored = await store.Get<MetricReader>().PointsAsync(id, new PointsQuery { Series = [.. curves.Keys], MaxPoints = PointsQuery.MostPoints }, token);
        foreach (var curve in stored)
        {
            Assert.Equal(curves[curve.Series].Select(point => point.X), curve.X);
            Assert.Equal(curves[curve.Series].Select(point => point.Y), curve.Mean);
        }

        // Samples, scores and checkpoints: each once, whatever was rewound.
        List<Sample> samples = [];
        for (var more = true; more;)
        {
            var page = await store.Get<RunReader>().SamplesAsync(id, skip: samples.Count, take: 1000, cancellation: token);
            samples.AddRange(page.Items);
            more = page.Items.Count > 0 && samples.Count < page.Total;
        }
        Assert.Equal(wanted.OfType<SampleEvent>().Select(one => (one.Step, one.Task, one.Example, one.Output)).Order(),
            samples.Select(one => (one.Step, one.Task, one.Example, one.Output)).Order());
        var losses = (await store.Get<RunReader>().ScoresAsync(id, cancellation: token)).Where(score => score.Metric == EvaluationScore.Loss);
        Assert.Equal(wanted.OfType<EvaluationEvent>().SelectMany(one => one.Tasks.Select(task => (one.Step, task.Task, task.Loss))),
            losses.Select(score => (score.Step, score.Task, score.Score)));
        foreach (var checkpoint in await store.Get<RunReader>().CheckpointsAsync(id, token))
            Assert.True(Directory.Exists(Path.Combine(folder.Root, checkpoint.Path)), $"{checkpoint.Path} is in the store and not on the disk");

        // The states: each begins where the one before ended.
        var moves = await store.Get<RunReader>().TransitionsAsync(id, token);
        for (var i = 1; i < moves.Count; i++) Assert.Equal(moves[i - 1].ToState, moves[i].FromState);
        Assert.Single(moves, move => move.ToState == RunState.Finished);
        return run.Attempt;
    }

    private static List<RunEvent> EventsOf(RunFolder run) =>
        [.. File.ReadLines(run.Events).Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!)];

    /// <summary>The points of all series that do not tell the time or the machine's state.</summary>
    private static Dictionary<string, List<(double X, double Y)>> Curves(List<RunEvent> events)
    {
        var names = events.OfType<SeriesEvent>().SelectMany(one => one.Series)
            .Where(series => series.Index == "step" && series.Name is not (SeriesNames.TokensPerSecond or SeriesNames.StepSeconds))
            .ToDictionary(series => series.Id, series => series.Name);
        var curves = names.Values.ToDictionary(name => name, _ => new List<(double, double)>());
        foreach (var points in events.OfType<PointsEvent>())
            for (var i = 0; i < points.Ids.Count; i++)
                if (names.TryGetValue(points.Ids[i], out var name)) curves[name].Add((points.Index, points.Values[i]));
        return curves;
    }
}
