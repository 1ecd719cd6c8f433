using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Schedules;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Optimizers;

/// <summary>Whole trajectories of a LoRA on a tiny Llama (goldens/peft/training.json): every loss, gradient norm and rate, and where the weights end.</summary>
public sealed class TrajectoryGoldenTests
{
    [Theory]
    [InlineData("adamw")]
    [InlineData("adamw_cosine")]
    [InlineData("lora_plus")]
    [InlineData("clip")]
    [InlineData("accumulate_4")]
    [InlineData("label_smoothing")]
    [InlineData("ema")]
    [InlineData("neftune")]
    [InlineData("sgd")]
    [InlineData("sgd_nesterov")]
    [InlineData("clip_sgd")]
    [InlineData("lion")]
    [InlineData("adafactor_relative")]
    [InlineData("adafactor_fixed")]
    public void Take_FollowsTheReference_ToTheLastWeight(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "training.json");
        var file = GoldenFile.Read("peft/training.json");
        var item = file["cases"]!.AsArray().Single(c => c!["name"].Text() == name)!;
        using var model = CausalLm.Load(SharedFolder.Need("goldens/peft/base/llama"));
        using var tuning = Adapter.Load(model, SharedFolder.Need("goldens/peft/training_start/llama"));
        var groups = item["groups"]!.AsArray().ToList();
        var highest = item["options"]!["lr"]?.Number() ?? 1;
        using var parameters = new FlatParameters([.. tuning.Parameters.Select(slot =>
        {
            var group = groups.Single(g => g!["parameters"].Texts().Contains(slot.Name))!;
            return new TrainableParameter(slot.Name, slot.Value, true, slot.Bind) { RateFactor = name == "lora_plus" ? group["initial_lr"].Number() / highest : 1 };
        })], CPU);
        using var rows = new GradientRows(parameters, 1);
        using var optimizer = Optimizer(item, parameters);
        var averages = (item["ema"]?.AsArray() ?? []).Where(e => e!["kind"].Text() != "first_copies")
            .Select(e => (Golden: e!, Average: new WeightAverage(parameters, e!["decay"].Number(), e["kind"].Text() == "warmed"))).ToList();
        var spec = new RunSpec { Tasks = [new() { Name = "a" }], Regularization = new() { LabelSmoothing = item["smoothing"]?.Number() ?? 0 } };
        var step = new MultiTaskStep(["a"], item["neftune"] is { } noise ? Noisy(model, golden, noise["alpha"].Number()) : CausalLosses.Of(model, spec), parameters, rows, new EqualPolicy(), optimizer,
            new() { Seed = 1, LossMode = LossMode.Token, ClipNorm = item["clip"]?.Number() ?? 0 });
        var batches = file["batches"]![item["batches"].Text()]!.AsArray();
        var (losses, norms) = (item["loss"].Numbers(), item["grad_norm"].Numbers());
        var deviation = item["fp32_deviation"]!;
        var misses = new Misses();
        for (var i = 0; i < losses.Length; i++)
        {
            // The reference's loss is the smoothed one, ours shows the plain cross entropy: the policy's view has the former.
            var result = step.Take(i, Batches(batches[i % batches.Count]!, item["micro_batches"]?.Whole() ?? 1), Rate(item, i, highest));
            if (name != "label_smoothing") misses.Near($"loss {i}", losses[i], result.Losses[0], 1e-6 + 10 * deviation["loss_max_abs"].Number());
            misses.Near($"norm {i}", 1, result.GradientNorm / norms[i], 1e-6 + 10 * deviation["grad_norm_max_rel"].Number());
            foreach (var (_, average) in averages) average.Update(i + 1);
        }
        misses.AssertNone(losses.Length);
        foreach (var (parameter, leaf) in parameters.Leaves)
            leaf.AssertClose(golden.Tensor(JsonSerializer.SerializeToElement($"training.safetensors:{name}.{parameter}")), 1e-6 + 10 * deviation["final_max_abs"].Number());
        foreach (var (expected, average) in averages)
        {
            foreach (var place in parameters.Places) AssertFingerprint(expected["final"]![place.Name]!, average.Average.narrow(0, place.Start, place.Length), 1e-4);
            average.Dispose();
        }
        Assert.Equal(name == "ema" ? 2 : 0, averages.Count);
    }

    /// <summary>NEFTune with the reference's noise in place of the keyed draws.</summary>
    private static TokenLosses Noisy(CausalLm model, Golden golden, double alpha) => (step, batch, tensors) =>
    {
        var noise = golden.Tensor(JsonSerializer.SerializeToElement($"training.safetensors:neftune.noise.{step}")).to(ScalarType.Float32);
        var key = new DropoutKey(1, step, 0, 0) { Embedded = (x, length) => Neftune.With(x, noise.view(x.shape), length, alpha) };
        return TokenLoss.PerToken(model, model.Hidden(tensors.Ids, tensors.Layout, dropout: key), tensors.Labels, key);
    };

    private static IOptimizer Optimizer(JsonNode item, FlatParameters parameters)
    {
        var options = item["options"]!;
        double Option(string option, double otherwise) => options[option]?.Number() ?? otherwise;
        bool Flag(string option) => options[option]?.GetValue<bool>() ?? false;
        // LoRA+ names its decay so, and gives it to the matrices' groups alone; all our parameters here are matrices.
        var decay = Option("weight_decay", Option("loraplus_weight_decay", 0));
        return item["optimizer"].Text() switch
        {
            "adamw" => new AdamW(parameters, new(options["betas"]?[0].Number() ?? 0.9, options["betas"]?[1].Number() ?? 0.999, 1e-8, decay)),
            "sgd" => new Sgd(parameters, Option("momentum", 0), Flag("nesterov"), decay),
            "lion" => new Lion(parameters, 0.9, 0.99, decay),
            "adafactor" => new Adafactor(parameters, new(Flag("scale_parameter"), WeightDecay: decay)),
            var other => throw new InvalidOperationException(other),
        };
    }

    private static double Rate(JsonNode item, int step, double highest) =>
        item["name"].Text() == "adafactor_relative" ? Math.Min(1e-2, 1 / Math.Sqrt(step + 1))
        : item["schedule"] is { } schedule ? new LearningRate(schedule["name"].Text(), highest, schedule["num_warmup_steps"].Whole(), 0, schedule["num_training_steps"].Whole()).At(step)
        : highest;

    private static List<MicroBatch> Batches(JsonNode batch, int parts)
    {
        var rows = batch["input_ids"]!.AsArray().Select((ids, row) =>
        {
            var length = (int)batch["attention_mask"]![row].Numbers().Sum();
            return new LabeledIds([.. ids.Numbers().Take(length).Select(id => (int)id)], [.. batch["labels"]![row].Numbers().Take(length).Select(label => (int)label)]);
        }).ToList();
        return [.. rows.Chunk((rows.Count + parts - 1) / parts).Select((part, number) => new MicroBatch(0, number, part))];
    }

    private static void AssertFingerprint(JsonNode expected, Tensor actual, double tolerance)
    {
        var wide = actual.to(ScalarType.Float64);
        Assert.Equal(expected["norm"].Number(), wide.pow(Scalars.Two).sum().sqrt().item<double>(), tolerance);
        Assert.Equal(expected["sum"].Number(), wide.sum().item<double>(), tolerance);
        Assert.Equal(expected["probe"].Number(), wide.mul(arange(Scalars.Of(0), Scalars.Of(wide.shape[0]), Scalars.One, dtype: ScalarType.Float64).mul(Scalars.Of(0.1)).cos()).sum().item<double>(), tolerance);
    }
}
