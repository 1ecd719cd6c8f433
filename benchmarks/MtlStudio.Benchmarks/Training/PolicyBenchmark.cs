using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Weighting;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Processor time of a step under each policy against equal weighting on the same micro-batches, taken in turn on one model;
/// beside them one backward pass over the same rows mixed in one batch, where no task's gradient is known.
/// </summary>
internal static class PolicyBenchmark
{
    private const int Rank = 8, Rows = 2, Length = 128, Threads = 1;

    /// <param name="only">Policies; none: all.</param>
    public static int Run(string form, int tasks, int rounds, IReadOnlyList<string> only)
    {
        NativeSettings.Apply();
        torch.set_num_threads(Threads);
        using var small = new SmallLlama(form == "lora" ? Rank : 0);
        string[] names = [.. Enumerable.Range(0, tasks).Select(task => $"task-{task}")];
        using var rows = new GradientRows(small.Parameters, tasks);
        using var row = new GradientRows(small.Parameters, 1);
        var batches = Enumerable.Range(0, tasks).Select(task => SmallLlama.Batch(task, Rows, Length)).ToList();
        var equal = small.Step(names, new WeightingSpec(), rows);
        var mixed = small.Step(["all"], new WeightingSpec(), row);
        var allRows = SmallLlama.Batch(0, Rows * tasks, Length);
        var at = 0;
        double Cost(Action<int> step)
        {
            var meter = Meter.Start();
            step(at++);
            return meter.Stop().CpuSeconds;
        }
        void Equal(int step) => equal.Take(step, batches, 1e-4);

        Cost(Equal); // the first step allocates
        Console.WriteLine($"{form}, {tasks} tasks of {Rows * Length} tokens, {Threads} thread, {small.Parameters.Count:#,0} trained parameters; medians of {rounds}.\n");
        Console.WriteLine("| policy | CPU ms a step | ÷ equal |\n| --- | ---: | ---: |");
        Report("one mixed batch", step => mixed.Take(step, [allRows], 1e-4));
        foreach (var name in PolicyRegistry.Names.Where(name => only.Count == 0 ? name != "fixed" : only.Contains(name)))
        {
            var policy = name == "equal" ? equal : small.Step(names, new WeightingSpec { Name = name }, rows);
            Report(name, step => policy.Take(step, batches, 1e-4));
            if (policy != equal) policy.PolicyRows?.Dispose();
        }
        return 0;

        void Report(string name, Action<int> step)
        {
            Cost(step);
            var pairs = Enumerable.Range(0, rounds).Select(_ => (Equal: Cost(Equal), Own: Cost(step))).ToList();
            Console.WriteLine($"| {name} | {1000 * Median(pairs.Select(pair => pair.Own)):#,0} | {Median(pairs.Select(pair => pair.Own / pair.Equal)):0.00} |");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
