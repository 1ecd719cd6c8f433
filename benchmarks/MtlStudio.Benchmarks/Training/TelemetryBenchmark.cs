using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Weighting;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>What the interference telemetry costs at its default intervals: stretches of the same steps with it and without, in turn, on one model.</summary>
internal static class TelemetryBenchmark
{
    /// <summary>Steps of a stretch: a multiple of both default intervals.</summary>
    private const int Stretch = 50, Rounds = 3, Batch = 4, Length = 64;
    private static readonly TelemetrySpec Default = new();

    private static readonly ModelConfig Shape = new()
    {
        ModelType = "llama", VocabSize = 4096, HiddenSize = 128, IntermediateSize = 344, NumHiddenLayers = 4, NumAttentionHeads = 4, NumKeyValueHeads = 4,
        HeadDim = 32, MaxPositionEmbeddings = Length, NormEps = 1e-5, HiddenAct = "silu", TieWordEmbeddings = true, Rope = new() { Theta = 10000 },
    };

    public static int Run()
    {
        NativeSettings.Apply();
        torch.set_num_threads(1);
        Console.WriteLine("| tasks | fine-tuning | points a record | with ÷ without, by CPU time | by the clock |\n| ---: | --- | ---: | --- | --- |");
        foreach (var (tasks, lora) in new[] { (4, true), (4, false), (8, true), (40, true) }) Row(tasks, lora);
        return 0;
    }

    private static void Row(int tasks, bool lora)
    {
        using var model = CausalLm.Create(Shape, seed: 1);
        using IFineTuning tuning = lora ? LoraAdapter.Attach(model, new LoraOptions { Rank = 8, TargetModules = [LoraOptions.AllLinear] }, 1) : new FullFineTuning(model);
        using var parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), torch.CPU);
        using var rows = new GradientRows(parameters, tasks);
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        string[] names = [.. Enumerable.Range(0, tasks).Select(task => $"task{task}")];
        var policy = PolicyRegistry.Create(new WeightingSpec(), [.. names.Select(name => new TaskSpec { Name = name })]);
        var losses = CausalLosses.Of(model, 1);
        var options = new StepOptions { Seed = 1, LossMode = LossMode.TaskToken, ClipNorm = 1 };
        var without = new MultiTaskStep(names, losses, parameters, rows, policy, optimizer, options);
        var with = new MultiTaskStep(names, losses, parameters, rows, policy, optimizer, options with { HalvesEvery = Default.GradientEvery })
        {
            Layers = new(LayerGroups.Of(parameters, tasks), Default.GradientEvery),
            Pays = new(names, [.. names.Select((_, task) => Examples(task + 100, 64))], losses, parameters, optimizer, 1, Default.PaysEvery, Math.Max(2, Batch / 2)),
        };
        var interference = new InterferencePoints(names, tasks);
        List<MicroBatch> batches = [.. names.Select((_, task) => new MicroBatch(task, task, Examples(task, Batch)))];
        var points = 0;
        (double Clock, double Cpu) Steps(MultiTaskStep step, int count)
        {
            var meter = Meter.Start();
            for (var s = 0; s < count; s++)
            {
                var result = step.Take(s, batches, 1e-3);
                if (step != with) continue;
                var values = (s % Default.GradientEvery == 0 ? interference.Of(result, result.Gram!) : []).Concat(result.Effect is { } effect ? interference.Of(effect) : []).ToList();
                points = Math.Max(points, values.Count);
                _ = JsonSerializer.SerializeToUtf8Bytes(new PointsEvent { Index = s, Ids = [.. values.Select((_, i) => i)], Values = [.. values.Select(pair => pair.Item2!.Value)] }, WireJson.Compact);
            }
            var cost = meter.Stop();
            return (cost.Seconds, cost.CpuSeconds);
        }
        var stretch = tasks > 8 ? Stretch / 2 : Stretch;
        Steps(with, 3);
        var ratios = Enumerable.Range(0, Rounds).Select(_ => (Without: Steps(without, stretch), With: Steps(with, stretch))).ToList();
        Console.WriteLine($"| {tasks} | {(lora ? "LoRA, r = 8, all linear" : "full")} | {points} | {string.Join(", ", ratios.Select(r => $"{r.With.Cpu / r.Without.Cpu:0.000}"))} | {string.Join(", ", ratios.Select(r => $"{r.With.Clock / r.Without.Clock:0.000}"))} |");
    }

    private static List<LabeledIds> Examples(int seed, int count)
    {
        var random = new Core.KeyedRandom(1, "benchmark", seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Length).Select(_ => random.NextInt(Shape.VocabSize)).ToArray()).Select(ids => new LabeledIds(ids, ids))];
    }
}
