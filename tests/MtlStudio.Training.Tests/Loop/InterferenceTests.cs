using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>What is recorded of the tasks' gradients beside norms and cosines.</summary>
public sealed class InterferenceTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void Groups_DivideByKindThirdsAndLayer()
    {
        using var scope = NewDisposeScope();
        using var parameters = Llama(layers: 4);
        var groups = LayerGroups.Of(parameters, tasks: 4).ToDictionary(group => group.Name, group => group.Ranges.Sum(range => range.Length));
        Assert.Equal(["embedding", "attention", "mlp", "head", "lower", "middle", "upper", "layer-0", "layer-1", "layer-2", "layer-3"], groups.Keys);
        Assert.Equal((8L, 4 * 6L, 4 * 5L, 7L), (groups["embedding"], groups["attention"], groups["mlp"], groups["head"]));
        // A layer has a norm that is neither attention nor MLP.
        Assert.All(Enumerable.Range(0, 4), layer => Assert.Equal(6 + 5 + 2, groups[$"layer-{layer}"]));
        Assert.Equal(4 * 13, groups["lower"] + groups["middle"] + groups["upper"]);
    }

    [Theory]
    [InlineData(4, 30, true, "layer-29")]
    [InlineData(8, 30, true, "layers-25-29")]
    [InlineData(11, 30, true, "upper")]
    [InlineData(40, 30, false, "upper")]
    public void Groups_AreAsFineAsTheNumberOfPairsAllows(int tasks, int layers, bool byPair, string last)
    {
        using var scope = NewDisposeScope();
        using var parameters = Llama(layers);
        var groups = LayerGroups.Of(parameters, tasks);
        Assert.Equal((byPair, last), (LayerGroups.ByPair(tasks), groups[^1].Name));
        if (byPair) Assert.InRange(groups.Count * tasks * (tasks - 1) / 2, 1, 400);
    }

    [Fact]
    public void Groups_LeaveOut_WhatWouldHoldAllThereIs()
    {
        using var scope = NewDisposeScope();
        using var parameters = new FlatParameters([new("model.layers.0.self_attn.q_proj.lora_A.weight", ones(2, 3), true, _ => { })], CPU);
        Assert.Empty(LayerGroups.Of(parameters, 2));
    }

    [Fact]
    public void Look_SumsToTheWholeGramMatrix_OverGroupsThatCoverItOnce()
    {
        using var scope = NewDisposeScope();
        using var parameters = Llama(layers: 3);
        using var rows = new GradientRows(parameters, 2);
        using (no_grad()) rows.First(2).copy_(randn([2, parameters.Count], generator: new Generator(3)));
        var grams = new LayerLook(LayerGroups.Of(parameters, 2), every: 5).Take(10, rows, 2)!.ToDictionary(pair => pair.Group, pair => pair.Gram);
        var whole = rows.Gram(2).data<double>().ToArray();
        string[] cover = ["embedding", "head", "lower", "middle", "upper"];
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 2; j++) Assert.Equal(whole[2 * i + j], cover.Sum(group => grams[group][i, j]), 1e-9);
        Assert.Null(new LayerLook(LayerGroups.Of(parameters, 2), every: 5).Take(11, rows, 2));
    }

    [Fact]
    public void Points_TellConflictsAndHowAlikeNormsAre()
    {
        var result = new StepResult { Step = 0, Present = [0, 1], Tokens = [1, 1], Examples = [1, 1], Losses = [1, 1], Coefficients = [1, 1], Gram = null, GradientNorm = 1, Stepped = true, Layers = [("mlp", new double[,] { { 1, 0.5 }, { 0.5, 1 } })] };
        var points = new InterferencePoints(Names, 2).Of(result, new double[,] { { 9, -3 }, { -3, 1 } }).ToDictionary(pair => pair.Item1, pair => pair.Item2!.Value);
        Assert.Equal((1, 0.6, 0, 0.5), (points["conflicts"], points["magnitude/a/b"], points["conflicts/mlp"], points["layer-cosine/a/b/mlp"]));
        Assert.Equal(1, points["layer-gradnorm/b/mlp"]);
        // Gradients that vanish or are no numbers have no cosine.
        Assert.Empty(new InterferencePoints(Names, 2).Of(result with { Layers = null }, new double[,] { { 0, 0 }, { 0, 0 } }));
        Assert.Empty(new InterferencePoints(Names, 2).Of(result with { Layers = null }, new double[,] { { double.NaN, 0 }, { 0, 1 } }));
    }

    [Fact]
    public void Points_SetTasksAgainstTheRest_InMixesOfMany()
    {
        var many = Enumerable.Range(0, 40).Select(i => $"t{i}").ToList();
        var result = new StepResult { Step = 0, Present = [0, 1, 2], Tokens = [1, 1, 1], Examples = [1, 1, 1], Losses = [1, 1, 1], Coefficients = [1, 1, 1], Gram = null, GradientNorm = 1, Stepped = true, Layers = [("mlp", new double[,] { { 1, 0, -1 }, { 0, 1, 0 }, { -1, 0, 1 } })] };
        var points = new InterferencePoints(many, 40).Of(result, new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }).ToDictionary(pair => pair.Item1, pair => pair.Item2!.Value);
        Assert.Equal(-1 / Math.Sqrt(2), points["layer-rest/t0/mlp"], 1e-12);
        Assert.DoesNotContain(points.Keys, name => name.StartsWith("layer-cosine", StringComparison.Ordinal));
    }

    [Fact]
    public void WhoPays_MeasuresAStepOfOneTaskAlone_AndPutsTheValuesBack()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var rows = new GradientRows(model.Parameters, 2);
        using var optimizer = new Sgd(model.Parameters);
        var counts = Fill(model, rows);
        var gradient = rows.RowOf(1).clone();
        IReadOnlyList<LabeledIds>[] validation = [ToyModel.Examples(8, 3), ToyModel.Examples(9, 3)];
        var pays = new WhoPays(Names, validation, model.Losses, model.Parameters, optimizer, seed: 1, every: 2, size: 3);
        Assert.Null(pays.Begin(1, rows, counts));
        var start = model.Values();
        var trial = pays.Begin(2, rows, counts)!; // the second trial: task b's turn
        Assert.Equal(1, trial.Source);
        using (no_grad()) model.Parameters.Values.add_(Scalars.Of(0.1), Scalars.One);
        var made = model.Values();
        var effect = pays.Measure(trial)!;
        Assert.Equal(made, model.Values());

        // The same by hand: from the start as far along b's gradient as the step went.
        var length = 0.1 * Math.Sqrt(start.Length);
        using (no_grad()) model.Parameters.Values.copy_(tensor(start)).sub_(gradient.mul(Scalars.Of(length / gradient.norm().item<float>())));
        foreach (var (task, before, after) in effect.Losses)
        {
            var batch = new MicroBatch(task, 0, validation[task]);
            Assert.Equal(model.Each(batch, batch.Collate(CPU)).mean().item<float>(), after, 1e-4);
            Assert.NotEqual(before, after);
        }
        Assert.True(effect.Losses[1].After < effect.Losses[1].Before);
        // A step that went nowhere says nothing.
        Assert.Null(pays.Measure(pays.Begin(2, rows, counts)!));
    }

    [Fact]
    public void WhoPays_LetsTasksTakeTurns_AmongThoseThatArePresent()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var rows = new GradientRows(model.Parameters, 2);
        using var optimizer = new Sgd(model.Parameters);
        var pays = new WhoPays(["a", "b", "c"], [[], [], []], model.Losses, model.Parameters, optimizer, 1, every: 1, size: 1);
        var counts = new StepCounts([Batch(0), Batch(2)], LossMode.Token);
        Assert.Equal([0, 2, 2, 0], Enumerable.Range(0, 4).Select(step => pays.Begin(step, rows, counts)!.Source));
    }

    private static MicroBatch Batch(int task) => new(task, 0, ToyModel.Examples(task, 4));

    private static StepCounts Fill(ToyModel model, GradientRows rows)
    {
        rows.Clear(2);
        foreach (var task in new[] { 0, 1 })
        {
            rows.Bind(task);
            model.Losses(0, Batch(task), Batch(task).Collate(CPU)).Objective.mean().backward();
        }
        return new([Batch(0), Batch(1)], LossMode.Token);
    }

    private static FlatParameters Llama(int layers)
    {
        static TrainableParameter One(string name, int size) => new(name, ones(size), true, _ => { });
        return new(
        [
            One("model.embed_tokens.weight", 8),
            .. Enumerable.Range(0, layers).SelectMany(layer => new[]
            {
                One($"model.layers.{layer}.self_attn.q_proj.weight", 6), One($"model.layers.{layer}.mlp.up_proj.weight", 5), One($"model.layers.{layer}.input_layernorm.weight", 2),
            }),
            One("lm_head.weight", 7),
        ], CPU);
    }

    /// <summary>Has no second moments, so that a trial goes along the gradient itself.</summary>
    private sealed class Sgd(FlatParameters parameters) : IOptimizer
    {
        public IReadOnlyList<MtlStudio.Training.Models.NamedTensor> State => [];
        public long[] Steps { get; } = [0];
        public void Step(Tensor gradient, double rate) => parameters.Values.sub_(gradient.mul(Scalars.Of(rate)));
        public void Dispose() { }
    }
}
