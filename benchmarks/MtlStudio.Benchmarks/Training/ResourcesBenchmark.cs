using System.Diagnostics;
using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Weighting;
using TorchSharp;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// What precision and activation checkpointing take: resident memory at its peak and time of a step, each in a process of
/// its own; and memory and live tensors over many steps.
/// </summary>
internal static class ResourcesBenchmark
{
    private const int Batch = 8, Length = 512, Warmup = 2, Steps = 5, Rank = 8, Many = 10_000;
    private const string Lora = "lora";

    private static readonly ModelConfig Shape = new()
    {
        ModelType = "llama", VocabSize = 4096, HiddenSize = 256, IntermediateSize = 688, NumHiddenLayers = 12, NumAttentionHeads = 8, NumKeyValueHeads = 8,
        HeadDim = 32, MaxPositionEmbeddings = Length, NormEps = 1e-5, HiddenAct = "silu", TieWordEmbeddings = true, Rope = new() { Theta = 10000 },
    };

    public static int Run(int threads)
    {
        Console.WriteLine("| fine-tuning | precision | checkpointing | peak memory, MB | seconds a step |\n| --- | --- | --- | ---: | ---: |");
        foreach (var form in new[] { "full", Lora })
            foreach (var (precision, checkpointing) in new[] { ("fp32", "none"), ("fp32", "alternate"), ("fp32", "all"), ("bf16", "none"), ("bf16", "all") })
                Console.WriteLine($"| {form} | {precision} | {checkpointing} | {Started("resources-once", form, precision, checkpointing, $"{threads}")} |");
        return 0;
    }

    /// <summary>One measurement, printed as two cells.</summary>
    public static int Once(string form, string precision, string checkpointing, int threads)
    {
        NativeSettings.Apply();
        if (checkpointing != "none") NativeSettings.HandBackLargeBlocks();
        torch.set_num_threads(threads);
        using var folder = new Scratch();
        using (var made = CausalLm.Create(Shape, seed: 1)) ModelFolder.Write(made, folder.Path);
        var spec = new RunSpec { Training = new() { Precision = precision } };
        using var model = CausalLm.Load(folder.Path, Precision.Of(spec, torch.CPU));
        model.Checkpointing = Enum.Parse<ActivationCheckpointing>(checkpointing, ignoreCase: true);
        using var step = new Trained(model, form);
        var batch = Rows(Batch, Length);
        var clock = Stopwatch.StartNew();
        for (var s = 0; s < Warmup + Steps; s++)
        {
            if (s == Warmup) clock.Restart();
            step.Take(s, batch);
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 / 1e6:#,0} | {clock.Elapsed.TotalSeconds / Steps:0.00}"));
        return 0;
    }

    /// <summary>Resident memory and live tensors over many steps of a small model.</summary>
    public static int Flat(int threads)
    {
        NativeSettings.Apply();
        torch.set_num_threads(threads);
        using var model = CausalLm.Create(Shape with { VocabSize = 256, HiddenSize = 32, IntermediateSize = 48, NumHiddenLayers = 2, NumAttentionHeads = 2, NumKeyValueHeads = 2, HeadDim = 16 }, seed: 1);
        model.Checkpointing = ActivationCheckpointing.Alternate;
        using var step = new Trained(model, Lora);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine("| steps | resident, MB | live tensors |\n| ---: | ---: | ---: |");
        for (var s = 1; s <= Many; s++)
        {
            step.Take(s, Rows(4, 16 + s * 7 % 48));
            if (s is not (100 or 1_000) && s % 2_500 != 0) continue;
            process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {s:#,0} | {process.WorkingSet64 / 1e6:0.0} | {torch.Tensor.TotalCount} |"));
        }
        return 0;
    }

    private static MicroBatch Rows(int rows, int length)
    {
        var random = new Core.KeyedRandom(1, "benchmark", length);
        return new(0, 0, [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextInt(256)).ToArray()).Select(ids => new LabeledIds(ids, ids))]);
    }

    private static string Started(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text.Trim() : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>A model with what trains it.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly IFineTuning tuning;
        private readonly FlatParameters parameters;
        private readonly GradientRows rows;
        private readonly AdamW optimizer;
        private readonly MultiTaskStep step;

        public Trained(CausalLm model, string form)
        {
            tuning = form == Lora ? LoraAdapter.Attach(model, new LoraOptions { Rank = Rank, TargetModules = [LoraOptions.AllLinear] }, 1) : new FullFineTuning(model);
            parameters = new(FineTuningWeights.Trainable(tuning, decayNorms: false), torch.CPU);
            model.Settle();
            rows = new(parameters, 1);
            optimizer = new(parameters, new AdamWOptions());
            step = new(["text"], CausalLosses.Of(model, 1), parameters, rows, PolicyRegistry.Create(new WeightingSpec(), [new TaskSpec { Name = "text" }]), optimizer, new StepOptions { Seed = 1, LossMode = LossMode.Token, ClipNorm = 1 });
        }

        public void Take(int at, MicroBatch batch) => step.Take(at, [batch], 1e-3);

        public void Dispose()
        {
            optimizer.Dispose();
            rows.Dispose();
            parameters.Dispose();
            tuning.Dispose();
        }
    }

    private sealed class Scratch : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mtl-resources-");
        public string Path => folder.FullName;
        public void Dispose() => folder.Delete(recursive: true);
    }
}
