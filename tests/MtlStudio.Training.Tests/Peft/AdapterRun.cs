using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>A run of a tiny model under one method of fine-tuning, in a folder of its own.</summary>
internal sealed class AdapterRun(MethodChoice peft, params string[] tasks) : IDisposable
{
    private const int Steps = 8, Vocabulary = 24;

    private readonly TemporaryFolder folder = new();
    private readonly string[] names = tasks.Length > 0 ? tasks : ["a", "b", "c"];

    /// <summary>Called with the steps done; throw to die there.</summary>
    public Action<int>? AtStep { get; set; }
    /// <summary>Changes the spec before it is run.</summary>
    public Func<RunSpec, RunSpec> Change { get; init; } = spec => spec;

    public RunFolder Folder => new(folder.Path);

    /// <summary>The checkpoint of the last step.</summary>
    public string Last => Folder.Checkpoint(Steps);

    /// <summary>With biases, so that there is something for BitFit to train.</summary>
    public CausalLm Model() => Model(new() { Quantize = Quantize });

    private static CausalLm Model(LoadOptions options)
    {
        var made = CausalLm.Create(TinyModels.Config with { AttentionBias = true }, seed: 1);
        if (options is { Quantize: "none", Masters: false }) return made;
        using var scope = NewDisposeScope();
        using var written = new TemporaryFolder();
        using (made) ModelFolder.Write(made, written.Path);
        return CausalLm.Load(written.Path, options);
    }

    /// <summary>A step series, point by point.</summary>
    public List<double> Curve(string name)
    {
        var events = File.ReadLines(Folder.Events).Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!).ToList();
        var id = events.OfType<SeriesEvent>().First().Series.First(series => series.Name == name).Id;
        return [.. events.OfType<PointsEvent>().Where(points => points.Ids.Contains(id)).Select(points => points.Values[points.Ids.ToList().IndexOf(id)])];
    }

    /// <summary>How the frozen weights are kept.</summary>
    public string Quantize { get; init; } = "none";

    /// <summary>Runs, or goes on from the newest checkpoint.</summary>
    public void Train()
    {
        var spec = Change(new()
        {
            Name = "tiny", Seed = 7, Model = new() { Path = "tiny", Quantize = Quantize }, Peft = peft, Tasks = [.. names.Select(name => new TaskSpec { Name = name, Group = name == "a" ? null : "others" })], Sampler = new("uniform"),
            Optimizer = new("adamw") { Options = new Dictionary<string, JsonElement> { ["lr"] = JsonSerializer.SerializeToElement(0.05) } },
            Training = new() { Steps = Steps, MicroBatch = 3 }, Evaluation = new() { Every = 0, Test = false }, Checkpoints = new() { Every = 3 }, Telemetry = new() { SystemEverySeconds = 0 },
        });
        using var scope = NewDisposeScope();
        using var model = Model(Precision.Of(spec, CPU));
        model.Checkpointing = Enum.Parse<ActivationCheckpointing>(spec.Training.ActivationCheckpointing, ignoreCase: true);
        using var tuning = FineTunings.Create(model, spec, adapter: null);
        using var parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), CPU);
        model.Settle();
        using var stop = new StopRequests(Folder);
        var mix = names.Select((name, k) => new TrainingTask(name, ["accuracy"], "accuracy", true, Examples(k)) { ValidationExamples = 1 }).ToList();
        RunAttempt.Run(new()
        {
            Spec = spec, Folder = Folder, Mix = mix, Parameters = parameters, Weights = new FineTuningWeights(tuning, "tiny"), Losses = CausalLosses.Of(model, spec), Evaluator = new Nothing(names),
            ModelParameters = 1, Environment = new Dictionary<string, string>(), Stepped = (step, _) => AtStep?.Invoke(step),
        }, stop);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Each task repeats a number of its own after some noise.</summary>
    private static List<LabeledIds> Examples(int task) => [.. Enumerable.Range(0, 20).Select(i =>
    {
        var random = new KeyedRandom(1, "example", task, i);
        int[] ids = [1, .. Enumerable.Range(0, 2 + random.NextInt(3)).Select(_ => 3 + random.NextInt(Vocabulary - 3)), 3 + task, 4 + task, 3 + task];
        return LabeledIds.AfterPrompt(ids, ids.Length - 3);
    })];

    private sealed class Nothing(string[] tasks) : IEvaluator
    {
        public EvaluationResult? Evaluate(int step, string split, Func<bool> cancelled) => new(
            new() { Step = step, Split = split, Tasks = [.. tasks.Select(task => new TaskScores { Task = task, Loss = 1, Examples = 1, Metrics = new Dictionary<string, double> { ["accuracy"] = 0.5 } })], UnifiedScore = 0.5 },
            [.. tasks.Select(task => new ExampleScoresEvent { Step = step, Split = split, Task = task, Examples = [0], Losses = [1], Tokens = [1], Metrics = [MetricStatistics.Of("accuracy", [[0.5]])] })], []);
    }
}
