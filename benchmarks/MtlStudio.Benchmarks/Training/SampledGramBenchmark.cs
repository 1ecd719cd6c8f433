using System.Globalization;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Weighting;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// How far the Gram matrix of some layers or of a sketch lies from that of the whole gradients: the largest error of a cosine, and by how much
/// the direction that a policy makes of it misses the exact one. Each task writes with a vocabulary of its own that overlaps its neighbour's.
/// </summary>
internal static class SampledGramBenchmark
{
    private const int Rows = 4, Length = 128, Words = 96, Trained = 12;
    private static readonly string[] Policies = ["mgda", "pcgrad", "upgrad", "cagrad"];

    public static int Run(int tasks)
    {
        NativeSettings.Apply();
        torch.set_num_threads(1);
        using var small = new SmallLlama(rank: 0);
        string[] names = [.. Enumerable.Range(0, tasks).Select(task => $"task-{task}")];
        var batches = Enumerable.Range(0, tasks).Select(Batch).ToList();
        using (var rows = new GradientRows(small.Parameters, tasks))
        {
            // A few steps, so that gradients are not those of a model that knows nothing.
            var step = small.Step(names, new WeightingSpec(), rows);
            for (var at = 0; at < Trained; at++) step.Take(at, batches, 1e-3);
        }
        var layers = SmallLlama.Shape.NumHiddenLayers;
        var exact = Gram(small, batches, names, GradientSample.OfColumns(small.Parameters, tasks, _ => true), out _, out var whole);
        var off = Pairs(tasks).Select(pair => Cosine(exact, pair)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tasks} tasks, {small.Parameters.Count:#,0} parameters; exact cosines from {off.Min():0.00} to {off.Max():0.00}. Direction: ‖d − d exact‖ ÷ ‖d exact‖.\n"));
        Console.WriteLine($"| sample | numbers a task | largest error of a cosine | {string.Join(" | ", Policies.Select(policy => $"{policy}: direction"))} | CPU of keeping, ms a task |\n| --- | ---: | ---: |{string.Concat(Policies.Select(_ => " ---: |"))} ---: |");
        Report("whole", exact, small.Parameters.Count, whole);
        foreach (var (title, sample) in new (string, Func<GradientSample>)[]
        {
            ($"layers 0-{layers - 1}", () => GradientSample.OfColumns(small.Parameters, tasks, name => LayerRates.LayerOf(name) is not null)),
            ("the middle layer", () => GradientSample.OfColumns(small.Parameters, tasks, name => LayerRates.LayerOf(name) == layers / 2)),
            ("the last layer", () => GradientSample.OfColumns(small.Parameters, tasks, name => LayerRates.LayerOf(name) == layers - 1)),
            ("sketch", () => GradientSample.OfSketch(small.Parameters, tasks, 1 << 12, seed: 1)),
            ("sketch (the default)", () => GradientSample.OfSketch(small.Parameters, tasks, 1 << 16, seed: 1)),
            ("sketch", () => GradientSample.OfSketch(small.Parameters, tasks, 1 << 20, seed: 1)),
        })
        {
            var gram = Gram(small, batches, names, sample(), out var size, out var seconds);
            Report(title, gram, size, seconds);
        }
        return 0;

        void Report(string title, double[,] gram, long size, double seconds)
        {
            var error = Pairs(tasks).Max(pair => Math.Abs(Cosine(gram, pair) - Cosine(exact, pair)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {title} | {size:#,0} | {error:0.0000} | {string.Join(" | ", Policies.Select(policy => $"{Missed(names, policy, gram, exact):0.000}"))} | {1000 * seconds / tasks:0.0} |"));
        }
    }

    private static double[,] Gram(SmallLlama small, IReadOnlyList<MicroBatch> batches, string[] names, GradientSample sample, out long size, out double seconds)
    {
        var losses = CausalLosses.Of(small.Model, 1);
        seconds = 0;
        using (sample)
        {
            for (var task = 0; task < names.Length; task++)
            {
                using var scope = torch.NewDisposeScope();
                sample.Begin();
                losses(0, batches[task], batches[task].Collate(torch.CPU)).Objective.mean().backward();
                var meter = Meter.Start();
                sample.Keep(task);
                seconds += meter.Stop().CpuSeconds;
            }
            size = sample.Size;
            using var gram = sample.Gram(names.Length);
            var flat = gram.data<double>().ToArray();
            var square = new double[names.Length, names.Length];
            Buffer.BlockCopy(flat, 0, square, 0, flat.Length * sizeof(double));
            return square;
        }
    }

    /// <summary>‖Σ (cₖ − exactₖ) gₖ‖ ÷ ‖Σ exactₖ gₖ‖, by the exact Gram matrix.</summary>
    private static double Missed(string[] names, string name, double[,] gram, double[,] exact)
    {
        double[] Coefficients(double[,] of)
        {
            var policy = PolicyRegistry.Create(new WeightingSpec { Name = name }, [.. names.Select(task => new TaskSpec { Name = task })]);
            return PolicyCalls.Weigh(policy, new() { Tasks = names, Step = 0, Seed = 1, Losses = [.. names.Select(_ => 1.0)], Gram = of }, null).Coefficients;
        }
        var (found, wanted) = (Coefficients(gram), Coefficients(exact));
        return Math.Sqrt(Square([.. found.Zip(wanted, (a, b) => a - b)], exact) / Square(wanted, exact));
    }

    private static double Square(double[] coefficients, double[,] gram)
    {
        var sum = 0.0;
        for (var i = 0; i < coefficients.Length; i++)
            for (var j = 0; j < coefficients.Length; j++) sum += coefficients[i] * gram[i, j] * coefficients[j];
        return Math.Max(sum, 0);
    }

    private static double Cosine(double[,] gram, (int First, int Second) pair) => gram[pair.First, pair.Second] / Math.Sqrt(gram[pair.First, pair.First] * gram[pair.Second, pair.Second]);

    private static IEnumerable<(int First, int Second)> Pairs(int tasks) => Enumerable.Range(0, tasks).SelectMany(first => Enumerable.Range(first + 1, tasks - first - 1).Select(second => (first, second)));

    private static MicroBatch Batch(int task)
    {
        var random = new KeyedRandom(3, $"words of task {task}");
        int[] Row() => [.. Enumerable.Range(0, Length).Select(_ => task * Words / 2 + random.NextInt(Words))];
        return new(task, 0, [.. Enumerable.Range(0, Rows).Select(_ => Row()).Select(ids => new LabeledIds(ids, ids))]);
    }
}
