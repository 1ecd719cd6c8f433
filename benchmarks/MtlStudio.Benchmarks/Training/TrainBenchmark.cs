using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Training tokens a second against PyTorch (benchmarks/train_tokens.py, run by python3) on one Llama shape: whole steps
/// on rows without padding, forward, backward, clipping and AdamW, the two in turn, each in a process of its own.
/// </summary>
internal static class TrainBenchmark
{
    private const int Batch = 8, Length = 128, Warmup = 3, Steps = 12, Rounds = 3, Rank = 8;
    private const string Full = "full", Lora = "lora";

    public static int Run(string script)
    {
        Console.WriteLine("| fine-tuning | threads | ours, tokens/s | PyTorch, tokens/s | ratio by the clock | by CPU time |\n| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var threads in new[] { 1, 2 })
            foreach (var form in new[] { Full, Lora })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (Ours: Ours(form, threads), Theirs: Theirs(script, form, threads))).ToList();
                Console.WriteLine($"| {(form == Lora ? $"LoRA, r = {Rank}, all linear" : form)} | {threads} | {Median(pairs.Select(p => p.Ours.Clock)):#,0} | {Median(pairs.Select(p => p.Theirs.Clock)):#,0} | {Median(pairs.Select(p => p.Ours.Clock / p.Theirs.Clock)):0.00} | {Median(pairs.Select(p => p.Ours.Cpu / p.Theirs.Cpu)):0.00} |");
            }
        return 0;
    }

    /// <summary>One measurement of ours, printed as the script prints its own.</summary>
    public static int Once(string form, int threads)
    {
        NativeSettings.Apply();
        torch.set_num_threads(threads);
        using var small = new SmallLlama(form == Lora ? Rank : 0);
        using var rows = new GradientRows(small.Parameters, 1);
        var step = small.Step(["text"], new WeightingSpec(), rows);
        var batch = SmallLlama.Batch(0, Batch, Length);
        var meter = Meter.Start();
        for (var s = 0; s < Warmup + Steps; s++)
        {
            if (s == Warmup) meter = Meter.Start();
            step.Take(s, [batch], 1e-3);
        }
        var cost = meter.Stop();
        const double tokens = Batch * Length * Steps;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tokens / cost.Seconds:0.0} {tokens / cost.CpuSeconds:0.0}"));
        return 0;
    }

    private static Speed Ours(string form, int threads) => Speed.Of(Environment.ProcessPath!, threads, ["train-once", form, $"{threads}"]);

    private static Speed Theirs(string script, string form, int threads) => Speed.Of("/usr/bin/python3", threads,
    [
        script, .. SmallLlama.Arguments(SmallLlama.Shape.VocabSize),
        "--batch", $"{Batch}", "--length", $"{Length}", "--warmup", $"{Warmup}", "--steps", $"{Steps}", "--threads", $"{threads}", "--rank", form == Lora ? $"{Rank}" : "0",
    ]);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
