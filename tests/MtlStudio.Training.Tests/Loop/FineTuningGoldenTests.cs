using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>The loop's own step, in float32, against PEFT and torch.optim.AdamW on stories260K (goldens/analysis/finetune.json) and against transformers' AdamW (goldens/hf).</summary>
public sealed class FineTuningGoldenTests
{
    private const double Loss = 1e-4, Norm = 1e-3; // relative: what the goldens' README asks of a float32 engine

    private static readonly string[] Tasks = ["A", "B", "C", "D"];

    [Fact]
    public void Take_FollowsTheReference_WhenLoraTrainsOneTask()
    {
        using var run = new GoldenRun(lora: true);
        var single = run.File["single"]!;
        foreach (var step in single["trace"]!.AsArray())
        {
            var result = run.Take(step!["step"].Whole(), [("A", step["rows"]!)]);
            AssertNear(step["loss"].Number(), result.Losses[0], Loss);
            AssertNear(step["grad_norm"].Number(), result.GradientNorm, Norm);
        }
        run.AssertFinal(single["lora_final"]!, 2e-3);
    }

    [Fact]
    public void Take_FollowsTheReference_WhenFourTasksAreSummed()
    {
        using var run = new GoldenRun(lora: true);
        var joint = run.File["joint_sum"]!;
        foreach (var step in joint["trace"]!.AsArray())
        {
            var result = run.Take(step!["step"].Whole(), [.. Tasks.Select(task => (task, step["rows"]![task]!))]);
            for (var k = 0; k < 4; k++) AssertNear(step["losses"]![k].Number(), result.Losses[k], Loss);
        }
        run.AssertFinal(joint["lora_final"]!, 2e-3);
    }

    [Fact]
    public void Take_GivesTheReferencesGramMatrix_WhileTasksAlternate()
    {
        using var run = new GoldenRun(lora: true);
        var alternating = run.File["alternating"]!;
        var grams = alternating["gram"]!.AsArray().ToDictionary(gram => gram!["step"].Whole());
        var compared = 0;
        foreach (var step in alternating["trace"]!.AsArray())
        {
            var at = step!["step"].Whole();
            if (grams.TryGetValue(at, out var expected))
            {
                var gram = run.GramOf([.. Tasks.Select(task => (task, expected!["rows"]!))]);
                for (var i = 0; i < 4; i++)
                    for (var j = 0; j < 4; j++)
                        Assert.Equal(expected!["gram_lora"]![i]![j].Number(), gram[i, j], 2e-3 * Math.Sqrt(gram[i, i] * gram[j, j]));
                compared++;
            }
            AssertNear(step["loss"].Number(), run.Take(at, [(step["task"].Text(), step["rows"]!)]).Losses[0], Loss);
        }
        Assert.Equal(3, compared);
        run.AssertFinal(alternating["lora_final"]!, 2e-3);
    }

    [Fact]
    public void Take_FollowsTheReference_WhenEveryWeightIsTrained()
    {
        using var run = new GoldenRun(lora: false);
        var full = run.File["full"]!;
        foreach (var step in full["trace"]!.AsArray())
        {
            var result = run.Take(step!["step"].Whole(), [(step["task"].Text(), step["rows"]!)], full["lr"].Number());
            AssertNear(step["loss"].Number(), result.Losses[0], Loss);
            AssertNear(step["grad_norm"].Number(), result.GradientNorm, Norm);
        }
        run.AssertFinal(full["final"]!, 1e-3);
    }

    [Fact]
    public void Take_FollowsTransformers_OnTheModelsOwnBatches()
    {
        const string name = "llama";
        var golden = GoldenFile.Read($"hf/{name}/golden.json")["adamw"]!;
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(SharedFolder.Need($"goldens/hf/{name}"));
        using var tuning = new FullFineTuning(model);
        using var parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: true), CPU);
        using var rows = new GradientRows(parameters, 1);
        using var optimizer = new AdamW(parameters, new(WeightDecay: golden["weight_decay"].Number()));
        var step = new MultiTaskStep(["a"], CausalLosses.Of(model, 1), parameters, rows, new EqualPolicy(), optimizer, new() { Seed = 1, LossMode = LossMode.TaskToken });
        var losses = golden["losses"].Numbers();
        for (var i = 0; i < losses.Length; i++)
        {
            var ids = golden["batches"]![i]!.AsArray().Select(row => LabeledIds.AfterPrompt([.. row!.AsArray().Select(GoldenFile.Whole)], 0)).ToList();
            var result = step.Take(i, [new(0, 0, ids)], golden["lr"].Number());
            Assert.Equal(losses[i], result.Losses[0], 5e-5);
            AssertNear(golden["grad_norms"]![i].Number(), result.GradientNorm, 1e-4);
        }
        foreach (var (parameter, norm) in golden["final_norms"]!.AsObject())
            AssertNear(norm.Number(), parameters.Leaves.Single(leaf => leaf.Name == parameter).Leaf.detach().norm().item<float>(), 1e-4);
    }

    private static void AssertNear(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Max(Math.Abs(expected), 1e-3), $"expected {expected:R}, got {actual:R}");

    /// <summary>stories260K with the goldens' data and a step of equal weighting.</summary>
    private sealed class GoldenRun : IDisposable
    {
        private readonly DisposeScope scope = NewDisposeScope();
        private readonly CausalLm model = CausalLm.Load(SharedFolder.Need("data/pretrained/stories260K"));
        private readonly IFineTuning tuning;
        private readonly FlatParameters parameters;
        private readonly GradientRows rows;
        private readonly AdamW optimizer;
        private readonly MultiTaskStep step;

        public GoldenRun(bool lora)
        {
            tuning = lora ? Lora() : new FullFineTuning(model);
            parameters = new(FineTuningWeights.Trainable(tuning, decayNorms: true), CPU);
            rows = new(parameters, 4);
            optimizer = new(parameters, new());
            step = new(Tasks, CausalLosses.Of(model, 1), parameters, rows, new EqualPolicy(), optimizer, new() { Seed = 1, LossMode = LossMode.TaskToken });
        }

        public JsonObject File { get; } = GoldenFile.Read("analysis/finetune.json");

        public StepResult Take(int at, IReadOnlyList<(string Task, JsonNode Rows)> batches, double? rate = null) =>
            step.Take(at, Batches(batches), rate ?? File["lr"].Number());

        /// <summary>The Gram matrix of the tasks' mean losses, without a step: the rows are filled and nothing is combined.</summary>
        public double[,] GramOf(IReadOnlyList<(string Task, JsonNode Rows)> batches)
        {
            using var watching = new AdamW(parameters, new());
            var before = parameters.Values.clone();
            var watched = new MultiTaskStep(Tasks, CausalLosses.Of(model, 1), parameters, rows, new EqualPolicy(), watching, new() { Seed = 1, LossMode = LossMode.TaskToken });
            var gram = watched.Take(0, Batches(batches), 0).Gram!; // at rate 0 nothing moves
            Assert.True(before.equal(parameters.Values).all().item<bool>());
            return gram;
        }

        /// <summary>Compares final values by the goldens' digests: sums over ±x·cos(i) and squares.</summary>
        public void AssertFinal(JsonNode digests, double relative)
        {
            foreach (var (name, digest) in digests.AsObject())
            {
                using var inner = NewDisposeScope();
                var value = parameters.Leaves.Single(leaf => leaf.Name == name).Leaf.detach().to(float64).flatten();
                AssertNear(digest!["sumsq"].Number(), value.pow(Scalars.Two).sum().item<double>(), relative);
                // cosdot adds numbers of both signs: its error is that of the vector's length.
                var cosdot = value.mul(arange(Scalars.Of(0), Scalars.Of(value.shape[0]), Scalars.One, dtype: ScalarType.Float64).cos()).sum().item<double>();
                Assert.Equal(digest["cosdot"].Number(), cosdot, relative * Math.Sqrt(digest["sumsq"].Number() * value.shape[0]));
                for (var i = 0; i < 4; i++) Assert.Equal(digest["first"]![i].Number(), value[i].item<double>(), relative * digest["maxabs"].Number());
            }
        }

        public void Dispose()
        {
            optimizer.Dispose();
            rows.Dispose();
            tuning.Dispose();
            parameters.Dispose();
            model.Dispose();
            scope.Dispose();
        }

        private List<MicroBatch> Batches(IReadOnlyList<(string Task, JsonNode Rows)> batches) =>
            [.. batches.Select((batch, number) => new MicroBatch(Array.IndexOf(Tasks, batch.Task), number,
                [.. batch.Rows.AsArray().Select(row => LabeledIds.AfterPrompt([.. File["ids"]![batch.Task]![row.Whole()]!.AsArray().Select(GoldenFile.Whole)], 0))]))];

        private Adapter Lora()
        {
            var lora = LoraAdapter.Attach(model, new() { Rank = File["r"].Whole(), Alpha = File["alpha"].Number(), TargetModules = ["q_proj", "v_proj"] }, seed: 1);
            var tensors = Golden.Open(SharedFolder.Need("goldens/analysis"), "finetune.json");
            foreach (var slot in lora.Parameters.Where(slot => slot.Start != ParameterStart.Zeros))
                slot.Value.copy_(tensors.Tensor(JsonSerializer.SerializeToElement("finetune.safetensors:init/" + slot.Name)));
            return lora;
        }
    }
}
