using System.Diagnostics;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// How long a checkpoint of a model trained whole stops the training: weights and AdamW's two moments are copied, and written while it goes on;
/// beside it the time of writing the same at once, as the copies' files are described and flushed.
/// </summary>
internal static class CheckpointBenchmark
{
    public static int Run(string folder, long parameters)
    {
        NativeSettings.Apply();
        using var scope = NewDisposeScope();
        using var copies = new CopiedTensors();
        // As many tensors as a model of that size has, all trained, with both moments.
        var size = parameters / 110;
        List<NamedTensor> weights = [.. Enumerable.Range(0, 110).Select(i => new NamedTensor($"weight {i:000}", rand(size)))];
        List<NamedTensor> moments = [new("first", rand(size * 110)), new("second", rand(size * 110))];
        Console.WriteLine("| checkpoint | copy: the training's pause, ms | writing meanwhile, s | written at once, s |\n| --- | ---: | ---: | ---: |");
        for (var round = 0; round < 5; round++)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, $"{round}")).FullName;
            var began = Stopwatch.GetTimestamp();
            using (copies.Collect(place)) Write(place);
            var pause = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            copies.Write();
            var written = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            Write(place);
            Console.WriteLine($"| {round + 1} | {pause.TotalMilliseconds:0} | {written.TotalSeconds:0.00} | {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} |");
            Directory.Delete(place, recursive: true);
        }
        return 0;

        void Write(string place)
        {
            SafetensorsWriter.Write(Path.Combine(place, "model.safetensors"), weights);
            SafetensorsWriter.Write(Path.Combine(place, CheckpointManifest.OptimizerFile), moments);
        }
    }
}
