using System.Diagnostics;
using System.Globalization;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Weighting;
using MtlStudio.Core.Runs;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Training tokens a second against PyTorch (benchmarks/train_tokens.py, run by python3) on one Llama shape: whole steps
/// on rows without padding, forward, backward, clipping and AdamW, the two in turn.
/// </summary>
internal static class TrainBenchmark
{
    private const int Batch = 8, Length = 128, Warmup = 3, Steps = 12, Rounds = 3, Rank = 8;

    private static readonly ModelConfig Shape = new()
    {
        ModelType = "llama", VocabSize = 4096, HiddenSize = 256, IntermediateSize = 688, NumHiddenLayers = 8, NumAttentionHeads = 8, NumKeyValueHeads = 8,
        HeadDim = 32, MaxPositionEmbeddings = Length, NormEps = 1e-5, HiddenAct = "silu", TieWordEmbeddings = true, Rope = new() { Theta = 10000 },
    };

    public static int Run(string script)
    {
        Console.WriteLine("| fine-tuning | threads | ours, tokens/s | PyTorch, tokens/s | ratio (median of pairs) |\n| --- | ---: | ---: | ---: | ---: |");
        foreach (var threads in new[] { 1, 2 })
            foreach (var lora in new[] { false, true })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (Ours: Ours(lora, threads), Theirs: Theirs(script, lora, threads))).ToList();
                Console.WriteLine($"| {(lora ? $"LoRA, r = {Rank}, all linear" : "full")} | {threads} | {Median(pairs.Select(p => p.Ours)):#,0} | {Median(pairs.Select(p => p.Theirs)):#,0} | {Median(pairs.Select(p => p.Ours / p.Theirs)):0.00} |");
            }
        return 0;
    }

    private static double Ours(bool lora, int threads)
    {
        torch.set_num_threads(threads);
        using var model = CausalLm.Create(Shape, seed: 1);
        using IFineTuning tuning = lora ? LoraAdapter.Attach(model, new LoraOptions { Rank = Rank, TargetModules = [LoraOptions.AllLinear] }, 1) : new FullFineTuning(model);
        using var parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), torch.CPU);
        using var rows = new GradientRows(parameters, 1);
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        var policy = PolicyRegistry.Create(new WeightingSpec(), [new TaskSpec { Name = "text" }]);
        var step = new MultiTaskStep(["text"], CausalLosses.Of(model, 1), parameters, rows, policy, optimizer, new StepOptions { Seed = 1, LossMode = LossMode.Token, ClipNorm = 1 });

        var random = new Core.KeyedRandom(1, "benchmark");
        var examples = Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, Length).Select(_ => random.NextInt(Shape.VocabSize)).ToArray()).Select(ids => new LabeledIds(ids, ids)).ToList();
        var batch = new MicroBatch(0, 0, examples);
        long began = 0;
        for (var s = 0; s < Warmup + Steps; s++)
        {
            if (s == Warmup) began = Stopwatch.GetTimestamp();
            step.Take(s, [batch], 1e-3);
        }
        return Batch * Length * Steps / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Theirs(string script, bool lora, int threads)
    {
        string[] arguments =
        [
            script, "--hidden", "256", "--inner", "688", "--layers", "8", "--heads", "8", "--kv-heads", "8", "--vocab", "4096",
            "--batch", $"{Batch}", "--length", $"{Length}", "--warmup", $"{Warmup}", "--steps", $"{Steps}", "--threads", $"{threads}", "--rank", lora ? $"{Rank}" : "0",
        ];
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true })!;
        var text = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return double.Parse(text.Trim(), CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
