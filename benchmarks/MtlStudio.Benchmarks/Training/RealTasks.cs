using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Benchmarks.Training;

/// <summary>Real data sets as tasks, as a studio takes their files, and the draws of a run over them.</summary>
internal static class RealTasks
{
    /// <param name="root">A folder with a folder of files for each of the sets.</param>
    public static IReadOnlyList<TrainingTask> Load(string root, IReadOnlyList<string> sets, Tokenizer tokenizer, DataFolder data)
    {
        var tasks = new List<TaskSpec>();
        foreach (var set in sets)
        {
            var files = Directory.GetFiles(Path.Combine(root, set)).Order(StringComparer.Ordinal).Select(path => new DetectFile(path)).ToList();
            var guess = DatasetDetector.Detect(files).Datasets.Single(one => one.Task is not null);
            var version = DatasetImporter.Import([.. guess.Files.Select(file => new ImportFile(files[file.File].Path, file.Split))], guess.Import, data);
            tasks.Add(guess.Task! with { Name = set, Data = new() { Dataset = $"sha256:{version.Manifest.Hash}" } });
        }
        var spec = new RunSpec { Tasks = tasks, Training = new() { MaxLength = SmallLlama.Longest } };
        return new MixLoader(spec, data.Root, data, tokenizer, SmallLlama.Longest).Load().Tasks;
    }

    /// <summary>The draws of a run in which every task has the same share.</summary>
    public static List<MicroBatch> Draw(IReadOnlyList<TrainingTask> tasks, int size, int count, bool byLength)
    {
        var mix = new SampledMix
        {
            Seed = 1, Tasks = [.. tasks.Select(task => task.Name)], Sizes = [.. tasks.Select(task => task.Train.Count)], Shares = [.. tasks.Select(_ => 1.0 / tasks.Count)],
            MicroBatches = count, MicroBatchSize = size, EveryTask = true,
        };
        var facts = tasks.Select(task => byLength ? ExampleFacts.None with { Lengths = [.. task.Train.Select(example => example.Ids.Length)] } : ExampleFacts.None).ToList();
        return [.. new StepPlanner(mix, null, facts).Plan(0, new()).MicroBatches.Select(plan => new MicroBatch(plan.Task, plan.Number, [.. plan.Examples.Select(example => tasks[plan.Task].Train[example])]))];
    }
}
