using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>As TorchSharp throws what libtorch says.</summary>
internal sealed class LibtorchException(string message) : System.Runtime.InteropServices.ExternalException(message);

/// <summary>A whole run of the toy model in a folder of its own.</summary>
internal sealed class ToyRun : IDisposable
{
    private readonly Testing.TemporaryFolder folder = new();

    public ToyRun() => Folder = new(folder.Root);

    public RunFolder Folder { get; }

    /// <summary>Called with the steps done; throw to die there.</summary>
    public Action<int, StopRequests>? AtStep { get; set; }
    /// <summary>Called with the trained values after each step.</summary>
    public Action<float[]>? AtValues { get; set; }
    public TokenLosses? Losses { get; set; }
    /// <summary>Changes a task before it is trained.</summary>
    public Func<TrainingTask, TrainingTask>? Change { get; set; }
    /// <summary>Whether memory runs out for a micro-batch at a step, as libtorch says it.</summary>
    public Func<int, MicroBatch, int, bool>? Fails { get; set; }
    /// <summary>"evaluation", "checkpoint" or "optimizer": where memory runs out; null: nowhere.</summary>
    public string? FullAt { get; set; }
    /// <summary>The index of a task whose losses are numbers and whose gradient is none.</summary>
    public int? NoGradient { get; set; }
    /// <summary>The index of a task whose losses are not numbers.</summary>
    public int? Broken { get; set; }

    /// <summary>Runs or goes on; gives the outcome and the final values.</summary>
    public (string Outcome, float[] Values) Run(RunSpec spec)
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var stop = new StopRequests(Folder);
        var tasks = spec.Tasks.Select((task, k) => new TrainingTask(task.Name, ["accuracy"], "accuracy", true, ToyModel.Examples(k, 20 + 7 * k))
        {
            ValidationExamples = 5, TestExamples = 5, Policy = ToyModel.Examples(k + 50, 5), Validation = ToyModel.Examples(k + 90, 5), Facts = TaskFacts.Of(spec, task, "tasks[0]", Sources(ToyModel.Examples(k, 20 + 7 * k))),
        }).Select(task => Change?.Invoke(task) ?? task).ToList();
        var (outcome, _) = RunAttempt.Run(new()
        {
            Spec = spec, Folder = Folder, Mix = tasks, ExampleLosses = (_, examples) => model.Means(examples), Parameters = model.Parameters, Weights = new Weights(model.Parameters) { Full = FullAt == "checkpoint" },
            Losses = Losses ?? ((step, batch, tensors) => Fails?.Invoke(step, batch, tasks.Count) == true
                ? throw new LibtorchException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 123 bytes.\nat somewhere") : Each(model, batch, tensors)),
            PlainLosses = Losses ?? ((_, batch, tensors) => Each(model, batch, tensors)),
            Evaluator = new Evaluator(model, tasks, spec.Baseline?.Task) { Full = FullAt == "evaluation" }, ModelParameters = model.Parameters.Count,
            Environment = new Dictionary<string, string>(), Stepped = (step, _) =>
            {
                AtValues?.Invoke(model.Values());
                AtStep?.Invoke(step, stop);
            },
        }, stop);
        return (outcome, model.Values());
    }

    private Tensor Each(ToyModel model, MicroBatch batch, BatchTensors tensors)
    {
        var each = model.Each(batch, tensors);
        if (batch.Task == NoGradient) return each.add(each.sub(each.detach()).sqrt(), Scalars.One); // √0 has an endless slope
        return batch.Task == Broken ? each.mul(Scalars.Of(float.NaN)) : each;
    }

    /// <summary>The weights that a checkpoint holds.</summary>
    public float[] Kept(int step)
    {
        using var file = SafetensorsFile.Open(Path.Combine(Folder.Checkpoint(step), "toy.safetensors"));
        using var values = file.Tensor("values");
        return values.data<float>().ToArray();
    }

    /// <summary>The events that count: those a rewind takes back are left out.</summary>
    public List<RunEvent> Events()
    {
        var events = new List<RunEvent>();
        foreach (var line in File.ReadLines(Folder.Events))
        {
            var value = JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!;
            if (value is RewoundEvent rewound) events.RemoveAll(e => e.Seq > rewound.ToSeq);
            events.Add(value);
        }
        return events;
    }

    /// <summary>Every point of the step series but those that tell the time, as (series, step, value).</summary>
    public List<(string Series, long Step, double Value)> Curve()
    {
        var events = Events();
        var series = events.OfType<SeriesEvent>().First().Series.ToDictionary(s => s.Id);
        return [.. events.OfType<PointsEvent>()
            .SelectMany(p => p.Ids.Zip(p.Values, (id, value) => (Declared: series[id], Step: p.Index, Value: value)))
            .Where(p => p.Declared.Index == "step" && p.Declared.Name is not (SeriesNames.StepSeconds or SeriesNames.TokensPerSecond))
            .Select(p => (p.Declared.Name, p.Step, p.Value))];
    }

    public void Dispose() => folder.Dispose();

    private static List<SourceExample> Sources(List<LabeledIds> examples) =>
        [.. examples.Select((example, i) => new SourceExample(i, new(new(["text"]), ["x"]), example.Ids[^1] % 2 == 0 ? "even" : "odd", example))];

    public static RunSpec Spec(string policy = "equal", int steps = 24) => new()
    {
        Name = "toy", Seed = 7, Model = new() { Path = "toy" },
        Tasks = [.. new[] { "a", "b", "c" }.Select(name => new TaskSpec { Name = name })],
        Sampler = new("uniform"), Weighting = new() { Name = policy },
        Optimizer = new("adamw") { Options = Options(("lr", 0.05)) }, Schedule = new("cosine") { Options = Options(("warmupSteps", 3)) },
        Training = new() { Steps = steps, MicroBatch = 3, Accumulation = 4 },
        Evaluation = new() { Every = 6 }, Checkpoints = new() { Every = 6 }, Telemetry = new() { GradientEvery = 2, PaysEvery = 5, SystemEverySeconds = 0 },
    };

    public static Dictionary<string, JsonElement> Options(params (string Name, object Value)[] options) =>
        options.ToDictionary(o => o.Name, o => JsonSerializer.SerializeToElement(o.Value));

    private sealed class Weights(FlatParameters parameters) : ITrainedWeights
    {
        public bool Full { get; init; }

        public void Write(string folder) => Write(folder, Full ? throw new InsufficientMemoryException() : parameters);

        private static void Write(string folder, FlatParameters parameters) => SafetensorsWriter.Write(Path.Combine(folder, "toy.safetensors"), [new("values", parameters.Values)]);

        public void Read(string folder)
        {
            using var quiet = no_grad();
            using var file = SafetensorsFile.Open(Path.Combine(folder, "toy.safetensors"));
            using var values = file.Tensor("values");
            parameters.Values.copy_(values);
        }
    }

    private sealed class Evaluator(ToyModel model, List<TrainingTask> tasks, string? only) : IEvaluator
    {
        public bool Full { get; init; }

        public EvaluationResult? Evaluate(int step, string split, Func<bool> cancelled)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            if (cancelled()) return null;
            if (Full) throw new InsufficientMemoryException();
            var scores = tasks.Select((task, k) =>
            {
                var batch = new MicroBatch(k, 0, task.Train);
                var loss = model.Each(batch, batch.Collate(CPU)).mean().item<float>();
                return new TaskScores { Task = task.Name, Loss = loss, Examples = 5, Metrics = new Dictionary<string, double> { ["accuracy"] = Math.Exp(-loss) } };
            }).Where(task => only is null || task.Task == only).ToList();
            return new(new() { Step = step, Split = split, Tasks = scores, UnifiedScore = scores.Average(s => s.Metrics["accuracy"]) },
                [.. scores.Select(score => new ExampleScoresEvent { Step = step, Split = split, Task = score.Task, Examples = [3], Losses = [score.Loss], Tokens = [1], Metrics = [MetricStatistics.Of("accuracy", [[score.Metrics["accuracy"]]])] })], []);
        }
    }
}
