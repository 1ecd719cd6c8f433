using MtlStudio.Core;
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

/// <summary>A Llama of 7.4 million parameters with random weights, trained whole or through LoRA on all its linear layers.</summary>
internal sealed class SmallLlama : IDisposable
{
    public const int Longest = 512;

    public static readonly ModelConfig Shape = new()
    {
        ModelType = "llama", VocabSize = 4096, HiddenSize = 256, IntermediateSize = 688, NumHiddenLayers = 8, NumAttentionHeads = 8, NumKeyValueHeads = 8,
        HeadDim = 32, MaxPositionEmbeddings = Longest, NormEps = 1e-5, HiddenAct = "silu", TieWordEmbeddings = true, Rope = new() { Theta = 10000 },
    };

    /// <summary>A shape as benchmarks/train_tokens.py is told it.</summary>
    public static IReadOnlyList<string> Arguments(ModelConfig shape) =>
    [
        "--hidden", $"{shape.HiddenSize}", "--inner", $"{shape.IntermediateSize}", "--layers", $"{shape.NumHiddenLayers}", "--heads", $"{shape.NumAttentionHeads}",
        "--kv-heads", $"{shape.NumKeyValueHeads}", "--vocab", $"{shape.VocabSize}",
    ];

    private readonly IFineTuning tuning;
    private readonly AdamW optimizer;

    /// <param name="rank">Of LoRA; 0: the whole model is trained.</param>
    /// <param name="shape">Null: <see cref="Shape"/>.</param>
    /// <param name="precision">fp32 or bf16, as in a spec.</param>
    public SmallLlama(int rank, ModelConfig? shape = null, string precision = "fp32")
    {
        Model = Made(shape ?? Shape, precision);
        tuning = rank > 0 ? LoraAdapter.Attach(Model, new LoraOptions { Rank = rank, TargetModules = [LoraOptions.AllLinear] }, 1) : new FullFineTuning(Model);
        Parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), torch.CPU);
        Model.Settle();
        optimizer = new AdamW(Parameters, new AdamWOptions());
    }

    private static CausalLm Made(ModelConfig shape, string precision)
    {
        var made = CausalLm.Create(shape, seed: 1);
        if (precision == "fp32") return made;
        var folder = Directory.CreateTempSubdirectory("mtl-small-llama-");
        try
        {
            using (made) ModelFolder.Write(made, folder.FullName);
            return CausalLm.Load(folder.FullName, Precision.Of(new RunSpec { Training = new() { Precision = precision } }, torch.CPU));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public CausalLm Model { get; }
    public FlatParameters Parameters { get; }

    /// <summary>A step over one row a task, with all that the policy wants beside; steps may share one model.</summary>
    public MultiTaskStep Step(IReadOnlyList<string> tasks, WeightingSpec weighting, GradientRows rows)
    {
        var policy = PolicyRegistry.Create(weighting, [.. tasks.Select(name => new TaskSpec { Name = name })]);
        var losses = CausalLosses.Of(Model, 1);
        return new(tasks, losses, Parameters, rows, policy, optimizer, new StepOptions { Seed = 1, LossMode = policy.DefaultLossMode, ClipNorm = 1 })
        {
            PolicyRows = policy is IRowPolicy onRows ? new PolicyRows(onRows, Parameters, tasks.Count) : null,
            Probes = policy.Extras == PolicyExtras.None ? null : new PolicyProbes(policy, tasks, losses, (step, task) => Batch(task, 2, 128, step), Parameters),
        };
    }

    /// <summary>Rows of random tokens without padding, all trained.</summary>
    public static MicroBatch Batch(int task, int rows, int length, int seed = 1)
    {
        var random = new KeyedRandom(seed, $"benchmark {task}");
        return new(task, 0, [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextInt(Shape.VocabSize)).ToArray()).Select(ids => new LabeledIds(ids, ids))]);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Parameters.Dispose();
        tuning.Dispose();
        Model.Dispose();
    }
}
