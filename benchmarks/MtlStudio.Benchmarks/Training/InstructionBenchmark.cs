using System.Globalization;
using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Trained answer tokens a second on four real instruction tasks with masked prompts, a vocabulary of 32,000: our way (one task a micro-batch, packed,
/// logits of answers alone) against PyTorch as PEFT's users run it (benchmarks/train_tokens.py: random batches of all tasks padded to the
/// longest, logits of every token). The same examples, 16 and one optimizer step at a time; in turn, each in a process of its own.
/// </summary>
internal static class InstructionBenchmark
{
    private const int MicroBatch = 16, MicroBatches = 24, Warmup = 2, Rounds = 3, Rank = 8;

    private static readonly ModelConfig Shape = SmallLlama.Shape with { VocabSize = 32_000 };

    private static readonly string[] Sets = ["math-gsm8k", "summarization-scitldr", "data2text-e2e", "translation-tatoeba-en-sv"];

    /// <summary>One example on its way to another process.</summary>
    /// <param name="Prompt">Tokens that are not trained.</param>
    private sealed record Kept(int[] Ids, int Prompt);

    /// <summary>The same examples in both ways' batches.</summary>
    private sealed record Drawn(List<List<Kept>> OneTask, List<List<Kept>> Mixed);

    /// <param name="sets">A folder with a folder of files for each of the sets.</param>
    /// <param name="tokenizer">The folder of a tokenizer of at most 32,000 tokens.</param>
    /// <param name="script">benchmarks/train_tokens.py.</param>
    public static int Run(string sets, string tokenizer, string script, string folder)
    {
        var tasks = RealTasks.Load(sets, Sets, Tokenizer.Load(tokenizer), new DataFolder(folder));
        var oneTask = RealTasks.Draw(tasks, MicroBatch, MicroBatches, byLength: false).ConvertAll(batch => batch.Examples.Select(Of).ToList());
        var all = oneTask.SelectMany(batch => batch).ToArray();
        new KeyedRandom(1, "mixed").Shuffle(all.AsSpan());
        var file = Path.Combine(folder, "batches.json");
        AtomicFile.WriteText(file, JsonSerializer.Serialize(new Drawn(oneTask, [.. all.Chunk(MicroBatch).Select(batch => batch.ToList())]), WireJson.Compact));
        Console.WriteLine($"{string.Join(", ", Sets)}: {all.Length} examples, {all.Sum(example => example.Ids.Length):#,0} tokens, {all.Sum(example => example.Ids.Length - example.Prompt):#,0} trained; "
            + $"padded to the longest {Padded(oneTask):#,0} one task at a time, {Padded([.. all.Chunk(MicroBatch).Select(batch => batch.ToList())]):#,0} mixed. Medians of {Rounds}.\n");
        Console.WriteLine("| fine-tuning | threads | ours, answer tokens/s | PyTorch, answer tokens/s | ratio by the clock | by CPU time |\n| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var threads in new[] { 1, 2 })
            foreach (var rank in new[] { 0, Rank })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (
                    Ours: Speed.Of(Environment.ProcessPath!, threads, ["instructions-once", file, $"{rank}", $"{threads}"]),
                    Theirs: Speed.Of("/usr/bin/python3", threads, [script, .. SmallLlama.Arguments(Shape), "--batches", file, "--length", $"{SmallLlama.Longest}", "--warmup", $"{Warmup}", "--threads", $"{threads}", "--rank", $"{rank}"]))).ToList();
                Console.WriteLine($"| {(rank > 0 ? $"LoRA, r = {rank}, all linear" : "full")} | {threads} | {Median(pairs.Select(p => p.Ours.Clock)):#,0} | {Median(pairs.Select(p => p.Theirs.Clock)):#,0} | {Median(pairs.Select(p => p.Ours.Clock / p.Theirs.Clock)):0.00} | {Median(pairs.Select(p => p.Ours.Cpu / p.Theirs.Cpu)):0.00} |");
            }
        return 0;
    }

    /// <summary>One measurement of ours, printed as the script prints its own; packing counts.</summary>
    public static int Once(string file, int rank, int threads)
    {
        NativeSettings.Apply();
        torch.set_num_threads(threads);
        var batches = JsonSerializer.Deserialize<Drawn>(File.ReadAllText(file), WireJson.Compact)!.OneTask
            .ConvertAll(batch => (IReadOnlyList<LabeledIds>)[.. batch.Select(example => LabeledIds.AfterPrompt(example.Ids, example.Prompt))]);
        using var small = new SmallLlama(rank, Shape);
        using var rows = new GradientRows(small.Parameters, 1);
        var step = small.Step(["all"], new WeightingSpec(), rows);
        for (var s = 0; s < Warmup; s++) step.Take(s, [new MicroBatch(0, s, batches[s]).Packed()], 1e-3);
        var meter = Meter.Start();
        for (var s = 0; s < batches.Count; s++) step.Take(Warmup + s, [new MicroBatch(0, s, batches[s]).Packed()], 1e-3);
        var cost = meter.Stop();
        var tokens = (double)batches.Sum(batch => batch.Sum(example => example.Tokens));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tokens / cost.Seconds:0.0} {tokens / cost.CpuSeconds:0.0}"));
        return 0;
    }

    private static Kept Of(LabeledIds example) => new(example.Ids, Array.FindIndex(example.Labels, label => label != LabeledIds.Masked));

    private static int Padded(List<List<Kept>> batches) => batches.Sum(batch => batch.Count * batch.Max(example => example.Ids.Length));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
