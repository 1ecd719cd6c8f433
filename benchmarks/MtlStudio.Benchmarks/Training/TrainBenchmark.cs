using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Training tokens a second against PyTorch (benchmarks/train_tokens.py, run by python3) on one Llama shape: whole steps
/// on rows without padding, forward, backward, clipping and AdamW, the two in turn, each in a process of its own. Beside it
/// for both the share of what the same library's matrix product reaches in the same process.
/// </summary>
internal static class TrainBenchmark
{
    private const int Rounds = 3, Rank = 8;
    private const string Full = "full", Lora = "lora";

    /// <param name="Warmup">Steps before those that count.</param>
    private sealed record Size(string Name, ModelConfig Shape, int Batch, int Length, int Warmup, int Steps)
    {
        public double Tokens => Batch * Length * Steps;

        /// <summary>Floating point operations of a trained token: 6 for each weight that multiplies (4 where it is frozen), and attention's.</summary>
        public double FlopsPerToken(string form)
        {
            double layer = Shape.HiddenSize * (2.0 * Shape.NumAttentionHeads * Shape.HeadDim + 2.0 * Shape.NumKeyValueHeads * Shape.HeadDim + 3.0 * Shape.IntermediateSize);
            var multiplied = Shape.NumHiddenLayers * layer + (double)Shape.VocabSize * Shape.HiddenSize;
            return (form == Lora ? 4 : 6) * multiplied + 6.0 * Shape.NumHiddenLayers * Shape.HiddenSize * Length;
        }
    }

    private static readonly Size[] Sizes =
    [
        new("10m", SmallLlama.Shape, Batch: 8, Length: 128, Warmup: 3, Steps: 12),
        new("100m", SmallLlama.Shape with { VocabSize = 16384, HiddenSize = 768, IntermediateSize = 2048, NumHiddenLayers = 12, NumAttentionHeads = 12, NumKeyValueHeads = 12, HeadDim = 64 }, Batch: 2, Length: 256, Warmup: 1, Steps: 3),
    ];

    public static int Run(string script, string name)
    {
        var size = Of(name);
        Console.WriteLine("| model | fine-tuning | threads | ours, tokens/s | PyTorch, tokens/s | ratio by the clock | by CPU time | ours ÷ sgemm | PyTorch ÷ sgemm |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var threads in new[] { 1, 2 })
            foreach (var form in new[] { Full, Lora })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (Ours: Ours(size, form, threads), Theirs: Theirs(size, script, form, threads))).ToList();
                var flops = size.FlopsPerToken(form);
                Console.WriteLine($"| {size.Name} | {(form == Lora ? $"LoRA, r = {Rank}, all linear" : form)} | {threads} | {Median(pairs.Select(p => p.Ours.Clock)):#,0} | {Median(pairs.Select(p => p.Theirs.Clock)):#,0} "
                    + $"| {Median(pairs.Select(p => p.Ours.Clock / p.Theirs.Clock)):0.00} | {Median(pairs.Select(p => p.Ours.Cpu / p.Theirs.Cpu)):0.00} "
                    + $"| {Median(pairs.Select(p => p.Ours.Cpu * flops / p.Ours.Peak)):0.00} | {Median(pairs.Select(p => p.Theirs.Cpu * flops / p.Theirs.Peak)):0.00} |");
            }
        return 0;
    }

    /// <summary>LoRA on a frozen trunk of bfloat16 over the same in float32, in turn.</summary>
    public static int Precisions(string name)
    {
        var size = Of(name);
        Console.WriteLine("| model | threads | fp32, tokens/s | bf16, tokens/s | ratio by the clock | by CPU time |\n| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var threads in new[] { 1, 2 })
        {
            var pairs = Enumerable.Range(0, Rounds).Select(_ => (Whole: Ours(size, Lora, threads), Half: Ours(size, Lora, threads, "bf16"))).ToList();
            Console.WriteLine($"| {size.Name} | {threads} | {Median(pairs.Select(p => p.Whole.Clock)):#,0} | {Median(pairs.Select(p => p.Half.Clock)):#,0} "
                + $"| {Median(pairs.Select(p => p.Half.Clock / p.Whole.Clock)):0.00} | {Median(pairs.Select(p => p.Half.Cpu / p.Whole.Cpu)):0.00} |");
        }
        return 0;
    }

    /// <summary>One measurement of ours, printed as the script prints its own.</summary>
    public static int Once(string name, string form, int threads, string precision = "fp32")
    {
        NativeSettings.Apply();
        set_num_threads(threads);
        var size = Of(name);
        using var small = new SmallLlama(form == Lora ? Rank : 0, size.Shape, precision);
        using var rows = new GradientRows(small.Parameters, 1);
        var step = small.Step(["text"], new WeightingSpec(), rows);
        var batch = SmallLlama.Batch(0, size.Batch, size.Length);
        var meter = Meter.Start();
        for (var s = 0; s < size.Warmup + size.Steps; s++)
        {
            if (s == size.Warmup) meter = Meter.Start();
            step.Take(s, [batch], 1e-3);
        }
        var cost = meter.Stop();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size.Tokens / cost.Seconds:0.0} {size.Tokens / cost.CpuSeconds:0.0} {Peak():0}"));
        return 0;
    }

    /// <summary>Floating point operations a second of processor time in products of 1,024 × 1,024 float32; the best of five.</summary>
    private static double Peak()
    {
        const int n = 1024, products = 8;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (a, b) = (rand(n, n), rand(n, n));
        var best = 0.0;
        for (var round = 0; round < 6; round++)
        {
            var meter = Meter.Start();
            for (var i = 0; i < products; i++) a.mm(b).Dispose();
            if (round > 0) best = Math.Max(best, 2.0 * n * n * n * products / meter.Stop().CpuSeconds);
        }
        return best;
    }

    private static Size Of(string name) => Sizes.FirstOrDefault(size => size.Name == name) ?? throw new ArgumentException($"\"{name}\" is no size: {string.Join(" or ", Sizes.Select(size => size.Name))}");

    private static Speed Ours(Size size, string form, int threads, string precision = "fp32") => Speed.Of(Environment.ProcessPath!, threads, ["train-once", size.Name, form, $"{threads}", precision]);

    private static Speed Theirs(Size size, string script, string form, int threads) => Speed.Of("/usr/bin/python3", threads,
    [
        script, .. SmallLlama.Arguments(size.Shape), "--batch", $"{size.Batch}", "--length", $"{size.Length}",
        "--warmup", $"{size.Warmup}", "--steps", $"{size.Steps}", "--threads", $"{threads}", "--rank", form == Lora ? $"{Rank}" : "0",
    ]);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
