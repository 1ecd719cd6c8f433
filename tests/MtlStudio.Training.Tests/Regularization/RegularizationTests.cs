using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Tests.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Regularization;

public sealed class RegularizationTests
{
    [Fact]
    public void AddTo_GivesThePenaltysGradient_AwayFromTheStart()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var pull = new StartPull(model.Parameters, 0.5);
        using (no_grad()) model.Parameters.Values.add_(Scalars.Two, Scalars.One);
        var gradient = ones(model.Parameters.Count);
        pull.AddTo(gradient);
        Assert.All(gradient.data<float>().ToArray(), value => Assert.Equal(2f, value, 1e-5f));
    }

    [Fact]
    public void Run_StaysNearerToItsStart_WhenItIsPulledThere()
    {
        var start = new ToyModel().Values();
        double Moved(double strength)
        {
            using var run = new ToyRun();
            var (_, values) = run.Run(ToyRun.Spec() with { Regularization = new() { L2Start = strength } });
            return Math.Sqrt(values.Zip(start, (a, b) => (a - b) * (a - b)).Sum());
        }
        Assert.True(Moved(1) < 0.6 * Moved(0));
    }

    [Fact]
    public void Run_KeepsTheAverage_WhenOneIsAsked()
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec() with { Regularization = new() { EmaDecay = 0.9, EmaWarmUp = false }, Evaluation = new() { Test = false } };
        using var model = new ToyModel();
        var average = model.Values();
        run.AtValues = values => average = [.. average.Zip(values, (a, b) => 0.9f * a + 0.1f * b)];
        var (_, live) = run.Run(spec);
        var kept = run.Kept(24);
        for (var i = 0; i < kept.Length; i++) Assert.Equal(average[i], kept[i], 1e-4f);
        Assert.True(kept.Zip(live, (a, b) => Math.Abs(a - b)).Max() > 1e-3);
    }

    [Fact]
    public void TaskFactors_HoldEachNorm_AndScaleTheGramMatrix()
    {
        double[,] gram = { { 4, 1 }, { 1, 0.25 } };
        var factors = GradientClip.TaskFactors(gram, 1);
        Assert.Equal([0.5, 1], factors.Select(f => Math.Round(f, 6)));
        Assert.Equal(1, GradientClip.Scaled(gram, factors)[0, 0], 1e-5);
        Assert.Equal(0.5, GradientClip.Scaled(gram, factors)[1, 0], 1e-5);
        Assert.Equal([1.0, 1], GradientClip.TaskFactors(gram, 0));
        Assert.Equal([1.0], GradientClip.TaskFactors(new[,] { { double.NaN } }, 1));
    }

    [Fact]
    public void Apply_SmoothsAndCaps_AsDefined()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 2f, 0f, -1f }, { -3f, 4f, 1f } }, requires_grad: true);
        var targets = tensor(new long[] { 0, 0 });
        var (plain, raw) = new LossRules(0.3, [null]).Apply(0, logits, targets);
        var expected = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None, label_smoothing: 0.3);
        Assert.True(plain.sub(expected).abs().max().item<float>() < 1e-6);
        Assert.True(raw!.sub(nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None)).abs().max().item<float>() < 1e-6);

        var (capped, shown) = new LossRules(0, [1.0]).Apply(0, logits, targets);
        capped.sum().backward();
        Assert.Equal(1f, capped[1].item<float>());
        Assert.True(shown![1].item<float>() > 7);
        Assert.Equal(0f, logits.grad![1].abs().sum().item<float>());
        Assert.True(logits.grad[0].abs().sum().item<float>() > 0);
    }

    /// <summary>goldens/peft/training.json "layer_decay": 0.8 over two layers, the rates of a Qwen of our layout.</summary>
    [Fact]
    public void Factor_FallsByLayer_FromTheHeadDown()
    {
        var golden = MtlStudio.Testing.GoldenFile.Read("peft/training.json")["cases"]!.AsArray().Single(c => MtlStudio.Testing.GoldenFile.Text(c!["name"]) == "layer_decay")!;
        var compared = 0;
        foreach (var group in golden["groups"]!.AsArray())
            foreach (var parameter in MtlStudio.Testing.GoldenFile.Texts(group!["parameters"]))
            {
                compared++;
                Assert.Equal(MtlStudio.Testing.GoldenFile.Number(group["lr"]), 0.002 * LayerRates.Factor(parameter, 2, 0.8), 1e-15);
            }
        Assert.True(compared > 20);
        Assert.Equal(0.25, LayerRates.Factor("model.layers.0.self_attn.q_proj.lora_A.weight", 2, 0.5));
        Assert.Equal(1, LayerRates.Factor("model.embed_tokens.weight", 2, 1));
    }

    [Fact]
    public void FlatParameters_MakeASegmentForEachRate_AndTheOptimizerObeysIt()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters(
        [
            new("slow", zeros(2), true, _ => { }) { RateFactor = 0.5 }, new("fast", zeros(3), true, _ => { }), new("vector", zeros(1), false, _ => { }),
        ], CPU);
        Assert.Equal([("shared/decay", 3L, 1.0), ("shared/decay/rate×0.5", 2L, 0.5), ("shared/no-decay", 1L, 1.0)], flat.Segments.Select(s => (s.Name, s.Length, s.RateFactor)));
        Assert.Equal(["fast", "slow", "vector"], flat.Places.Select(place => place.Name));
        using var optimizer = new MtlStudio.Training.Optimizers.Sgd(flat);
        optimizer.Step(ones(6), 1);
        Assert.Equal([-1f, -1, -1, -0.5f, -0.5f, -1], flat.Values.data<float>().ToArray());
    }
}
