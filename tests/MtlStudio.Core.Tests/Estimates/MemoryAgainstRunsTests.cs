using System.Text.Json;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Estimates;

/// <summary>
/// The estimate beside what whole runs took (peak of the resident memory, one thread, evaluations and test with 150 to 400 examples):
/// the sample model on real choices, similarity and sentiment, and on the sample's tasks.
/// </summary>
public sealed class MemoryAgainstRunsTests
{
    private const double Near = 0.3;

    private static readonly ModelShapes Sample = new()
    {
        Tensors = [new("model.embed_tokens.weight", [1024, 128]), .. Enumerable.Range(0, 4).SelectMany(Layer), new("model.norm.weight", [128])],
        Hidden = 128, Intermediate = 352, Layers = 4, Queries = 128, Vocabulary = 1024, KeyWidth = 64,
    };

    public static TheoryData<string, RunSpec, double> Runs => new()
    {
        { "choices and heads", Of([Kind(TaskKinds.MultipleChoice), Kind(TaskKinds.Regression), Kind(TaskKinds.HeadClassification)], 8, 192), 468 },
        { "two texts, PCGrad", Of([Kind(TaskKinds.Generation, 48), Kind(TaskKinds.Generation, 40)], 8, 192) with { Weighting = new() { Name = "pcgrad" } }, 445 },
        { "heads alone", Of([Kind(TaskKinds.Regression), Kind(TaskKinds.HeadClassification)], 8, 128), 430 },
        {
            "four tasks, LoRA, packed", Of([Kind(TaskKinds.Generation, 48), Kind(TaskKinds.Classification), Kind(TaskKinds.Generation, 16), Kind(TaskKinds.Generation, 40)], 8, 256) with
            {
                Peft = new("lora") { Options = new Dictionary<string, JsonElement> { ["rank"] = JsonSerializer.SerializeToElement(8) } },
                Training = new() { MicroBatch = 8, MaxLength = 256, Batching = "packed" },
            }, 443
        },
        { "micro-batches of 64, no test", Of([Kind(TaskKinds.Generation, 40), Kind(TaskKinds.Generation, 16)], 64, 96) with { Evaluation = new() { Every = 0, Examples = 32, Test = false } }, 673 },
    };

    [Theory, MemberData(nameof(Runs))]
    public void Memory_LiesNearWhatTheRunTook(string run, RunSpec spec, double mebibytes)
    {
        Assert.Equal(869_504, Sample.Parameters);
        var memory = RunFootprint.Of(spec, Sample).Memory;
        var estimated = memory.Bytes / (double)(1 << 20);
        Assert.True(Math.Abs(estimated / mebibytes - 1) <= Near, $"{run}: estimated {estimated:0} MiB, took {mebibytes:0} MiB: {string.Join(", ", memory.Parts.Select(part => $"{part.Name} {part.Bytes >> 20}"))}");
    }

    [Fact]
    public void Memory_CountsTheEvaluation_WhereItTakesMoreThanAStep()
    {
        var small = Of([Kind(TaskKinds.MultipleChoice)], 2, 128);
        var parts = RunFootprint.Of(small, Sample).Memory.Parts;
        Assert.Contains(parts, part => part is { Name: "evaluation", Bytes: > 100 << 20 });
        // A head asks for no logits, and a single example needs no more than a step.
        Assert.True(EvaluationMemory.Of(Of([Kind(TaskKinds.Regression)], 2, 128), Sample) < EvaluationMemory.Of(small, Sample));
        Assert.DoesNotContain(RunFootprint.Of(Of([Kind(TaskKinds.Regression)], 8, 128) with { Evaluation = new() { Examples = 1, Test = false } }, Sample).Memory.Parts, part => part.Name == "evaluation");
    }

    private static RunSpec Of(IReadOnlyList<TaskSpec> tasks, int microBatch, int length) => new()
    {
        Tasks = [.. tasks.Select((task, i) => task with { Name = $"task {i}" })], Peft = new("full"),
        Training = new() { MicroBatch = microBatch, MaxLength = length }, Evaluation = new() { Every = 0, Examples = 32 },
    };

    private static TaskSpec Kind(string kind, int longest = 64) => new() { Kind = kind, MaxNewTokens = longest };

    private static IEnumerable<TensorShape> Layer(int layer) => new (string Name, long[] Shape)[]
    {
        ("self_attn.q_proj", [128, 128]), ("self_attn.k_proj", [64, 128]), ("self_attn.v_proj", [64, 128]), ("self_attn.o_proj", [128, 128]),
        ("mlp.gate_proj", [352, 128]), ("mlp.up_proj", [352, 128]), ("mlp.down_proj", [128, 352]), ("input_layernorm", [128]), ("post_attention_layernorm", [128]),
    }.Select(part => new TensorShape($"model.layers.{layer}.{part.Name}.weight", part.Shape));
}
