using MtlStudio.Core;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Features.RunDetail;

/// <summary>
/// Writes what a trainer would have told of a run of four tasks into a store, through the same ingestion: losses that fall with
/// noise, scores, samples, cosines, checkpoints, log lines. One task is starved and gets worse, one pair pulls apart.
/// </summary>
internal sealed class RecordedRun
{
    public const int TotalSteps = 600, EvaluationEvery = 50, GradientEvery = 10, MicroBatch = 8, Accumulation = 4, SamplesPerTask = 4, DrawSeed = 1, TestExamples = 400, KeptOutputs = 30;

    private static readonly TaskShape[] Shapes =
    [
        new("qa", "squad-f1", "generation", 0.40, 3.1, 1.2, 0.08, 0.62),
        new("summary", "rouge-l", "generation", 0.30, 3.6, 1.9, 0.12, 0.41),
        new("sentiment", "accuracy", "classification", 0.25, 2.31, 0.55, 0.50, 0.91),
        new("translation", "bleu", "generation", 0.05, 2.9, 3.2, 4, 3),
    ];

    /// <summary>The layer groups of the recorded gradients.</summary>
    private static readonly string[] LayerGroups = ["attention", "mlp", "lower", "layer-0", "layer-10", "layer-2"];

    private readonly List<RunEvent> events = [];
    private readonly Dictionary<string, int> ids = [];
    private readonly TaskShape[] shapes;
    private readonly long[] examples;
    private readonly TaskShape[] trained;
    private readonly long seed;
    private readonly bool byExample;
    private KeyedRandom random;
    /// <summary>A baseline replays the mix's own draws, whatever else differs.</summary>
    private KeyedRandom draws;
    private long time;
    private long count;

    /// <param name="skill">How far it learns, beside a plain run's 1.</param>
    /// <param name="byExample">Tells of the test split what each example scored, of the untuned model too.</param>
    public RecordedRun(long seed = 1, string? baselineOf = null, long startTime = 1_800_000_000_000, int tasks = 4, double skill = 1, bool byExample = false)
    {
        (this.seed, this.byExample) = (seed, byExample);
        shapes = [.. ShapesOf(tasks).Select(shape => shape with { Skill = skill })];
        examples = new long[tasks];
        random = new(seed, "recorded run");
        draws = new(DrawSeed, "draws");
        trained = [.. shapes.Where(shape => baselineOf is null || shape.Name == baselineOf)];
        time = startTime;
        Begin();
    }

    public IReadOnlyList<RunEvent> Events => events;
    public int Step { get; private set; }

    public static RunSpec Spec(string name = "four-tasks", int tasks = 4) => new()
    {
        Name = name,
        Model = new() { Path = "model" },
        Weighting = new() { Name = "pcgrad" },
        Training = new() { Steps = TotalSteps },
        Tasks = [.. ShapesOf(tasks).Select(shape => new TaskSpec
        {
            Name = shape.Name,
            Kind = shape.Kind,
            Data = new() { Train = $"{shape.Name}.jsonl", Validation = $"{shape.Name}.valid.jsonl" },
            Template = new() { Prompt = "{input}", Answer = "{answer}" },
            Metrics = [shape.Metric],
        })],
    };

    /// <summary>Trains up to a step; gives the events that came.</summary>
    public IReadOnlyList<RunEvent> TrainTo(int step)
    {
        var from = events.Count;
        while (Step < step) TrainOne();
        return events[from..];
    }

    public IReadOnlyList<RunEvent> Add(params RunEvent[] more)
    {
        var from = events.Count;
        foreach (var value in more) Tell(value);
        return events[from..];
    }

    /// <summary>Scores on the test split, then the end.</summary>
    public void Finish()
    {
        TrainTo(TotalSteps);
        if (byExample) Examples();
        Evaluate("test");
        Tell(new EndedEvent { Outcome = "finished", Step = Step });
    }

    /// <summary>Writes all events so far.</summary>
    public Task IngestAsync(RunIngest ingest, long run, CancellationToken cancellation) => ingest.ApplyAsync(run, events, events.Count * 100L, cancellation);

    /// <summary>The four, again and again under further names where more are asked for.</summary>
    private static TaskShape[] ShapesOf(int tasks) => [.. Enumerable.Range(0, tasks).Select(i => Shapes[i % Shapes.Length] with
    {
        Name = Shapes[i % Shapes.Length].Name + (i < Shapes.Length ? "" : $"-{1 + i / Shapes.Length}"),
        Share = Shapes[i % Shapes.Length].Share * Shapes.Length / tasks,
    })];

    private void Begin()
    {
        Tell(new StartedEvent
        {
            Attempt = 1, TotalSteps = TotalSteps, Parameters = 1_204_224, TrainableParameters = 73_728,
            Environment = new Dictionary<string, string> { ["version"] = "0.1.0", ["threads"] = "2", ["cpu"] = "2 cores", ["torch"] = "2.10.0", [EnvironmentNames.EstimatedMemory] = "500000000" },
            Tasks = [.. trained.Select(shape => new StartedTask
            {
                Name = shape.Name, TrainExamples = (int)(8000 * shape.Share), ValidationExamples = 200, TestExamples = 200,
                PlannedShare = trained.Length == 1 ? 1 : shape.Share, PrimaryMetric = shape.Metric, HigherIsBetter = true,
            })],
        });
        Tell(new LogEvent { Message = "Model and data are loaded: 1,204,224 parameters, 73,728 of them train" });
        Declare();
        if (byExample && trained.Length > 1) Examples();
        Evaluate("validation");
    }

    private void Declare()
    {
        var declared = new List<SeriesDeclaration>();
        void Name(string name, string unit = "", string index = "step")
        {
            ids[name] = declared.Count;
            declared.Add(new() { Id = declared.Count, Name = name, Unit = unit, Index = index });
        }
        Name(SeriesNames.TrainLoss, "nats");
        Name(SeriesNames.LearningRate);
        Name(SeriesNames.GradientNorm);
        Name(SeriesNames.TokensPerSecond, "tokens/s");
        Name(SeriesNames.ValidationLoss, "nats");
        Name(SeriesNames.UnifiedScore);
        foreach (var (shape, k) in trained.Select((shape, k) => (shape, k)))
        {
            Name(SeriesNames.TaskTrainLoss(shape.Name), "nats");
            Name(SeriesNames.TaskValidationLoss(shape.Name), "nats");
            Name(SeriesNames.TaskWeight(shape.Name));
            Name(SeriesNames.TaskShare(shape.Name));
            Name(SeriesNames.TaskExamples(shape.Name), "examples");
            Name(SeriesNames.TaskTokens(shape.Name), "tokens");
            Name(SeriesNames.TaskGradientNorm(shape.Name));
            Name(SeriesNames.TaskMetric(shape.Name, shape.Metric));
            foreach (var other in trained.Skip(k + 1)) Name(SeriesNames.Cosine(shape.Name, other.Name));
        }
        if (trained.Length > 1) DeclareInterference(series => Name(series));
        Name(SeriesNames.ProcessMemory, "bytes", "count");
        Name(SeriesNames.ProcessCpu, "cores", "count");
        Name(SeriesNames.MachineLoad, "processes", "count");
        Tell(new SeriesEvent { Series = declared });
    }

    private void TrainOne()
    {
        Step++;
        var values = new List<(string, double)> { (SeriesNames.LearningRate, 2e-3 * Math.Min(1, Step / 30.0) * (1 - 0.9 * Step / TotalSteps)) };
        foreach (var _ in Enumerable.Range(0, Accumulation)) examples[Draw()] += MicroBatch;
        var all = Math.Max(1, trained.Sum(shape => examples[Array.IndexOf(shapes, shape)]));
        foreach (var shape in trained)
        {
            var own = examples[Array.IndexOf(shapes, shape)];
            values.Add((SeriesNames.TaskTrainLoss(shape.Name), shape.Loss(Step, trained.Length == 1) * (1 + 0.08 * random.NextNormal()) - 0.05));
            values.Add((SeriesNames.TaskWeight(shape.Name), 1 + 0.15 * random.NextNormal()));
            values.Add((SeriesNames.TaskExamples(shape.Name), own));
            values.Add((SeriesNames.TaskTokens(shape.Name), own * (shape.Kind == "classification" ? 2 : 21)));
            values.Add((SeriesNames.TaskShare(shape.Name), (double)own / all));
        }
        values.Add((SeriesNames.TrainLoss, trained.Average(shape => shape.Loss(Step, false))));
        values.Add((SeriesNames.GradientNorm, 1.5 + 0.3 * random.NextNormal()));
        values.Add((SeriesNames.TokensPerSecond, 3100 + 120 * random.NextNormal()));
        if ((Step - 1) % GradientEvery == 0) values.AddRange([.. Gradients(), .. Interference()]);
        Points(Step, values, all, all * 16);
        if (Step % 12 == 0)
            Points(count++, [(SeriesNames.ProcessMemory, 4.2e8 + 1e5 * Step), (SeriesNames.ProcessCpu, 1.9), (SeriesNames.MachineLoad, 2.1)], null, null);
        if (Step % EvaluationEvery != 0) return;
        Evaluate("validation");
        Tell(new CheckpointEvent { Step = Step, Path = $"checkpoints/step-{Step:D8}", Bytes = 4_812_345, Keeps = Step % 100 == 0 ? ["last", "best:sentiment"] : ["last"], PauseSeconds = 0.08 });
        if (Step >= 3 * EvaluationEvery) Tell(new CheckpointEvent { Step = Step - 2 * EvaluationEvery, Path = $"checkpoints/step-{Step - 2 * EvaluationEvery:D8}", Removed = true });
    }

    private IEnumerable<(string, double)> Gradients()
    {
        for (var i = 0; i < trained.Length; i++)
        {
            yield return (SeriesNames.TaskGradientNorm(trained[i].Name), 1 + 0.1 * random.NextNormal());
            for (var j = i + 1; j < trained.Length; j++)
            {
                var mean = (i, j) switch { (0, 1) => 0.35, (2, 3) => -0.42, (0, 3) => 0.0, _ => 0.12 };
                yield return (SeriesNames.Cosine(trained[i].Name, trained[j].Name), Math.Clamp(mean + 0.1 * random.NextNormal(), -1, 1));
            }
        }
    }

    private void DeclareInterference(Action<string> name)
    {
        name(SeriesNames.Conflicts);
        foreach (var group in LayerGroups)
        {
            name(SeriesNames.LayerConflicts(group));
            for (var i = 0; i < trained.Length; i++)
                for (var j = i + 1; j < trained.Length; j++) name(SeriesNames.LayerCosine(trained[i].Name, trained[j].Name, group));
        }
        foreach (var source in trained)
            foreach (var target in trained) name(SeriesNames.Affinity(source.Name, target.Name));
    }

    /// <summary>The conflict of one pair sits in attention; a step of sentiment costs translation, one task's turn at a time.</summary>
    private IEnumerable<(string, double)> Interference()
    {
        if (trained.Length < 2) yield break;
        var own = new KeyedRandom(seed, "interference", Step);
        yield return (SeriesNames.Conflicts, 0.2);
        foreach (var group in LayerGroups)
        {
            yield return (SeriesNames.LayerConflicts(group), group == "attention" ? 0.5 : 0.1);
            for (var i = 0; i < trained.Length; i++)
                for (var j = i + 1; j < trained.Length; j++)
                    yield return (SeriesNames.LayerCosine(trained[i].Name, trained[j].Name, group), (i, j) == (2, 3) && group == "attention" ? -0.6 : 0.1);
        }
        var turn = (Step - 1) / GradientEvery % trained.Length;
        for (var target = 0; target < trained.Length; target++)
            yield return (SeriesNames.Affinity(trained[turn].Name, trained[target].Name), ((turn, target) switch { (2, 3) => -0.004, (0, 1) => 0.003, _ when turn == target => 0.02, _ => 0 }) + 0.0005 * own.NextNormal());
    }

    private void Evaluate(string split)
    {
        foreach (var shape in byExample && split == "test" ? [] : trained)
            for (var example = 0; example < SamplesPerTask; example++)
                Tell(shape.Sample(Step, split, example));
        var scores = trained.Select(shape => new TaskScores
        {
            Task = shape.Name, Loss = shape.Loss(Step, trained.Length == 1), Examples = 64,
            Metrics = new Dictionary<string, double> { [shape.Metric] = shape.Score(Step, trained.Length == 1) },
        }).ToList();
        if (split == "validation") scores.ForEach(ByExample);
        if (split == "validation")
            Points(Step, [.. scores.SelectMany(score => score.Metrics.Select(metric => (SeriesNames.TaskMetric(score.Task, metric.Key), metric.Value)).Append((SeriesNames.TaskValidationLoss(score.Task), score.Loss)))], null, null);
        Tell(new EvaluationEvent { Step = Step, Split = split, Tasks = scores, UnifiedScore = 0.2 + 0.3 * Step / TotalSteps, Seconds = 1.4 });
        Tell(new LogEvent { Message = $"Evaluated on {split} at step {Step} in 1.4 s" });
    }

    /// <summary>Each test example is right or wrong: mostly by itself, a little by the run's own luck.</summary>
    private void Examples()
    {
        foreach (var shape in trained)
        {
            var score = shape.Score(Step, trained.Length == 1) / (shape.Metric == "bleu" ? 100 : 1);
            bool[] right = [.. Enumerable.Range(0, TestExamples).Select(row => 0.8 * Luck(shape, row, 0) + 0.2 * Luck(shape, row, 1000 * seed + Step + (trained.Length == 1 ? 1 : 0)) < 0.1 + 0.8 * score)];
            MetricExample[] answers = [.. right.Select(good => new MetricExample(good ? "the ferry leaves at noon" : "the mill stands at six", ["the ferry leaves at noon"]))];
            var context = new MetricContext { Labels = shape.Kind == "classification" ? ["the ferry leaves at noon", "the mill stands at six"] : [] };
            foreach (var row in Enumerable.Range(0, KeptOutputs))
                Tell(new SampleEvent
                {
                    Step = Step, Split = "test", Task = shape.Name, Example = row, Input = $"{shape.Name} test {row}: what leaves at noon?", References = answers[row].References,
                    Output = answers[row].Output, Loss = right[row] ? 0.4 : 1.7, Scores = new Dictionary<string, double> { [shape.Metric] = right[row] ? 1 : 0 },
                });
            Tell(new ExampleScoresEvent
            {
                Step = Step, Split = "test", Task = shape.Name, Examples = [.. Enumerable.Range(0, TestExamples)], Losses = [.. right.Select(good => good ? 0.4 : 1.7)], Tokens = [.. right.Select(_ => 5)], Labels = context.Labels,
                Metrics = [MetricStatistics.Of(shape.Metric, [.. answers.Select(answer => MetricRegistry.Get(shape.Metric).Statistics(answer, context))])],
            });
        }
    }

    private static double Luck(TaskShape shape, int row, long counter) => new KeyedRandom(1, $"test of {shape.Name}", row, counter).NextDouble();

    /// <summary>What each validation example scored, where a set's score is the mean of its examples'.</summary>
    private void ByExample(TaskScores scores)
    {
        var (metric, value) = scores.Metrics.Single();
        if (metric == "bleu") return;
        Tell(new ExampleScoresEvent
        {
            Step = Step, Task = scores.Task, Examples = [.. Enumerable.Range(0, scores.Examples)], Losses = [.. Enumerable.Repeat(scores.Loss, scores.Examples)],
            Tokens = [.. Enumerable.Repeat(5, scores.Examples)], Metrics = [MetricStatistics.Of(metric, [.. Enumerable.Repeat(new[] { value }, scores.Examples)])],
        });
    }

    private int Draw()
    {
        var at = draws.NextDouble();
        for (var k = 0; k < shapes.Length - 1; k++)
            if ((at -= shapes[k].Share) < 0) return k;
        return shapes.Length - 1;
    }

    private void Points(long index, IReadOnlyList<(string Name, double Value)> values, long? seen, long? tokens) => Tell(new PointsEvent
    {
        Index = index, Examples = seen, Tokens = tokens, Ids = [.. values.Select(pair => ids[pair.Name])], Values = [.. values.Select(pair => pair.Value)],
    });

    private void Tell(RunEvent value)
    {
        time += value is PointsEvent { Examples: not null } ? 330 : 2;
        events.Add(value with { Seq = events.Count + 1, Time = time });
    }

    private sealed record TaskShape(string Name, string Metric, string Kind, double Share, double From, double To, double ScoreFrom, double ScoreTo)
    {
        public double Skill { get; init; } = 1;

        /// <summary>Alone a task ends a little better than in the mix.</summary>
        public double Loss(int step, bool alone) => From + (To - From) * Skill * Progress(step) * (alone ? 1.03 : 1);

        public double Score(int step, bool alone) => ScoreFrom + (ScoreTo - ScoreFrom) * Skill * Progress(step) * (alone ? 1.06 : 1);

        private static double Progress(int step) => 1 - Math.Exp(-3.0 * step / TotalSteps);

        public SampleEvent Sample(int step, string split, int example) => new()
        {
            Step = step, Split = split, Task = Name, Example = example * 7,
            Input = $"{Name} example {example}: the harbor of Tallis lies below the mill, and the ferry leaves at noon.\nWhat leaves at noon?",
            References = ["the ferry"],
            Output = step < 100 ? "the the the mill mill" : step < 300 ? "the mill ferry" : "the ferry",
            Cut = step == 0, Loss = Loss(step, false) + 0.1 * example,
            Scores = new Dictionary<string, double> { [Metric] = Metric == "bleu" ? 100 * Math.Min(1, step / 300.0) : step < 300 ? 0.5 : 1 },
        };
    }
}
