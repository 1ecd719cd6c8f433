using MtlStudio.Core;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Tests.Store;

/// <summary>Makes up the events of a run with crashes, and says plainly, by sequence numbers alone, what of them still counts.</summary>
internal sealed class RunHistory
{
    private readonly List<RunEvent> events = [];
    private KeyedRandom random;

    public RunHistory(long seed, int steps)
    {
        random = new(seed, "run history");
        Write(steps);
    }

    public IReadOnlyList<RunEvent> Events => events;

    /// <summary>The events that no later rewind took back, the rewinds themselves included.</summary>
    public List<RunEvent> Surviving()
    {
        var left = new List<RunEvent>();
        foreach (var value in events)
        {
            if (value is RewoundEvent rewound) left.RemoveAll(old => old.Seq > rewound.ToSeq && old is not (LogEvent or SeriesEvent or StartedEvent or RewoundEvent));
            left.Add(value);
        }
        return left;
    }

    private void Write(int steps)
    {
        string[] names = ["loss/train", "loss/train/qa", "loss/train/summary", "loss/validation/qa", "examples/qa", "examples/summary", "lr"];
        var declared = names.Select((name, id) => new SeriesDeclaration { Id = id, Name = name }).ToList();
        declared.Add(new() { Id = 100, Name = "system/memory", Unit = "bytes", Index = "count" });
        declared.Add(new() { Id = 101, Name = "system/load", Index = "count" });
        var (step, attempt, count, checkpointStep, checkpointSeq) = (0, 1, 0L, 0, 0L);
        var checkpointCount = 0L;
        Add(new StartedEvent { Attempt = 1, TotalSteps = steps, Tasks = [new() { Name = "qa", TrainExamples = 90 }, new() { Name = "summary", TrainExamples = 10 }] });
        Add(new SeriesEvent { Series = declared });
        Evaluate(0);
        while (step < steps)
        {
            step++;
            List<int> ids = [0, 6];
            List<double> values = [Value(), 1.0 / step];
            // Now and then a task is not drawn.
            if (random.NextDouble() < 0.9) { ids.AddRange([1, 4]); values.AddRange([Value(), step * 4]); }
            if (random.NextDouble() < 0.4) { ids.AddRange([2, 5]); values.AddRange([Value(), step]); }
            Add(new PointsEvent { Index = step, Examples = step * 8L, Tokens = step * 100L, Ids = ids, Values = values });
            if (random.NextDouble() < 0.3) Add(new PointsEvent { Index = count++, Ids = [100, 101], Values = [Value(), Value()] });
            var checkpointFirst = random.NextDouble() < 0.5;
            if (step % 20 == 0 && checkpointFirst) Checkpoint();
            if (step % 20 == 0) Evaluate(step);
            if (step % 20 == 0 && !checkpointFirst) Checkpoint();
            if (checkpointSeq > 0 && random.NextDouble() < 0.02)
            {
                Add(new RewoundEvent { ToStep = checkpointStep, ToSeq = checkpointSeq, Attempt = ++attempt });
                Add(new StartedEvent { Attempt = attempt, Step = checkpointStep, TotalSteps = steps });
                Add(new SeriesEvent { Series = declared });
                (step, count) = (checkpointStep, checkpointCount);
            }
        }
        Add(new EndedEvent { Outcome = "finished", Step = step });

        void Checkpoint()
        {
            Add(new CheckpointEvent { Step = step, Path = $"checkpoints/step-{step}", Bytes = 10, Keeps = ["last"] });
            (checkpointStep, checkpointSeq, checkpointCount) = (step, events[^1].Seq, count);
        }
    }

    private void Evaluate(int step)
    {
        Add(new SampleEvent { Step = step, Task = "qa", Example = 3, Input = "in", References = ["a", "b"], Output = $"out {step}", Loss = double.NaN, Scores = new Dictionary<string, double> { ["f1"] = 0.5 } });
        Add(new PointsEvent { Index = step, Ids = [3], Values = [Value()] });
        Add(new ExampleScoresEvent { Step = step, Task = "qa", Examples = [3, 5], Losses = [Value(), 1], Tokens = [4, 2], Metrics = [MetricStatistics.Of("f1", [[0.25], [step]])] });
        Add(new EvaluationEvent { Step = step, Tasks = [new() { Task = "qa", Loss = Value(), Examples = 5, Metrics = new Dictionary<string, double> { ["f1"] = 0.25 } }], UnifiedScore = step });
        if (random.NextDouble() < 0.2) Add(new AlarmEvent { Step = step, Kind = "non-finite-loss", Task = "qa", Message = "look" });
        Add(new LogEvent { Message = $"evaluated {step}" });
    }

    private double Value() => random.NextInt(60) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        _ => random.NextNormal(),
    };

    private void Add(RunEvent value) => events.Add(value with { Seq = events.Count + 1, Time = 1_800_000_000_000 + events.Count * 250L });
}
