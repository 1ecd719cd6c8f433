using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Trained tokens a second of one small model over real tasks of uneven length, by how examples are put together: random ones of
/// all tasks padded to the longest, one task at a time, one task and like lengths, one task and several examples in a row.
/// </summary>
internal static class PackingBenchmark
{
    private const int MicroBatch = 16, MicroBatches = 12, Rounds = 2;

    private static readonly string[] Sets = ["sentiment-reviews", "spam-sms", "math-gsm8k", "summarization-scitldr", "translation-tatoeba-en-sv", "topic-github-issues"];

    /// <param name="sets">A folder with a folder of files for each of the sets.</param>
    /// <param name="tokenizer">The folder of a tokenizer of at most 4,096 tokens.</param>
    public static int Run(string sets, string tokenizer, string folder)
    {
        NativeSettings.Apply();
        torch.set_num_threads(1);
        var tasks = RealTasks.Load(sets, Sets, Tokenizer.Load(tokenizer), new DataFolder(folder));
        Console.WriteLine("| task | examples | tokens, median | tokens, longest | trained tokens, median |\n| --- | ---: | ---: | ---: | ---: |");
        foreach (var task in tasks)
        {
            var lengths = task.Train.Select(example => example.Ids.Length).Order().ToList();
            Console.WriteLine($"| {task.Name} | {lengths.Count:#,0} | {lengths[lengths.Count / 2]} | {lengths[^1]} | {task.Train.Select(example => example.Tokens).Order().ElementAt(lengths.Count / 2)} |");
        }

        using var small = new SmallLlama(rank: 0);
        using var rows = new GradientRows(small.Parameters, tasks.Count);
        var oneTask = RealTasks.Draw(tasks, MicroBatch, MicroBatches, byLength: false);
        var random = new KeyedRandom(1, "mixed");
        var all = oneTask.SelectMany(batch => batch.Examples).ToArray();
        random.Shuffle(all.AsSpan());
        var kinds = new (string Name, List<MicroBatch> Batches)[]
        {
            ("random, padded to the longest", [.. all.Chunk(MicroBatch).Select((examples, i) => new MicroBatch(0, i, examples))]),
            ("one task", oneTask),
            ("one task, like lengths", RealTasks.Draw(tasks, MicroBatch, MicroBatches, byLength: true)),
            ("one task, packed", [.. oneTask.Select(batch => batch.Packed())]),
        };
        var step = small.Step([.. tasks.Select(task => task.Name)], new WeightingSpec(), rows);
        var at = 0;
        var speeds = kinds.Select(_ => new List<double>()).ToArray();
        step.Take(at++, [kinds[1].Batches[0]], 1e-4);
        for (var round = 0; round < Rounds; round++)
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var meter = Meter.Start();
                foreach (var batch in kinds[kind].Batches) step.Take(at++, [batch], 1e-4);
                speeds[kind].Add(kinds[kind].Batches.Sum(batch => batch.Tokens) / meter.Stop().CpuSeconds);
            }
        Console.WriteLine($"\nMicro-batches of {MicroBatch}, one thread, medians of {Rounds} rounds.\n\n| micro-batches of | padding | trained tokens a CPU second | packed ÷ this |\n| --- | ---: | ---: | ---: |");
        for (var kind = 0; kind < kinds.Length; kind++)
            Console.WriteLine($"| {kinds[kind].Name} | {Padding(kinds[kind].Batches):0.0%} | {Median(speeds[kind]):#,0} | {Median([.. speeds[^1].Zip(speeds[kind], (packed, other) => packed / other)]):0.00} |");
        return 0;
    }

    /// <summary>How much of what goes through the model is padding.</summary>
    private static double Padding(List<MicroBatch> batches)
    {
        var cells = batches.Sum(batch => batch.Rows is { } packed
            ? packed.Count * packed.Max(row => row.Sum(example => batch.Examples[example].Ids.Length))
            : batch.Examples.Count * batch.Examples.Max(example => example.Ids.Length));
        return 1 - (double)batches.Sum(batch => batch.InputTokens) / cells;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
