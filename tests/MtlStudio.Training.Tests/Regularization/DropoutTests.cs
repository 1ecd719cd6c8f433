using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Regularization;

public sealed class DropoutTests
{
    [Fact]
    public void Join_GivesThePapersLossAndGradients_OnTheReferencesLogits()
    {
        var compared = 0;
        using var document = JsonDocument.Parse(File.ReadAllText(SharedFolder.Need("goldens/peft/training.json")));
        foreach (var item in document.RootElement.GetProperty("r_drop").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            Tensor Of(string name) => tensor(item.GetProperty(name).Flat()).view(item.GetProperty(name).Shape());
            var labels = item.GetProperty("labels_not_shifted_here").Ids().flatten();
            var kept = labels.ne(Scalars.Of(-100));
            var (first, second) = (Of("logits_1").requires_grad_(), Of("logits_2").requires_grad_());
            var (p, q) = (first.flatten(0, 1)[kept], second.flatten(0, 1)[kept]);
            var targets = labels[kept];
            var rules = new LossRules(0, [null]);
            var (objective, raw) = RDrop.Join(rules.Apply(0, p, targets), rules.Apply(0, q, targets), (p, q), item.GetProperty("alpha").GetDouble());
            var loss = objective.mean();
            Assert.Equal(item.GetProperty("loss_paper_sum").GetDouble(), loss.item<double>(), 1e-12);
            Assert.Equal((item.GetProperty("ce_1").GetDouble() + item.GetProperty("ce_2").GetDouble()) / 2, raw!.mean().item<double>(), 1e-12);
            loss.backward();
            first.grad!.AssertClose(Of("gradient_logits_1_paper_sum"), 1e-12);
            second.grad!.AssertClose(Of("gradient_logits_2_paper_sum"), 1e-12);
            compared++;
        }
        Assert.Equal(2, compared);
    }

    [Fact]
    public void Hidden_GivesTheSameMasksForOneKey_AndOthersForAnother()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        foreach (var rates in new[] { new DropoutRates(Embedding: 0.3), new DropoutRates(Hidden: 0.3), new DropoutRates(Attention: 0.3) })
        {
            float[] Of(long number, DropoutRates dropped) => model.Hidden(Ids, AttentionLayout.Causal(1, 6), dropout: new(1, 2, 0, number) { Rates = dropped }).flatten().data<float>().ToArray();
            Assert.Equal(Of(0, rates), Of(0, rates));
            Assert.NotEqual(Of(0, rates), Of(1, rates));
            Assert.NotEqual(Of(0, DropoutRates.None), Of(0, rates));
        }
    }

    [Fact]
    public void Hidden_IsThatOfTheFusedKernel_WhereAlmostNoAttentionIsDropped()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        Tensor Of(double rate) => model.Hidden(Ids, AttentionLayout.Causal(1, 6), dropout: new(1, 2, 0, 0) { Rates = new(Attention: rate) });
        Assert.True(Of(1e-12).sub(Of(0)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Of_AddsNoiseOfTheStatedSize_WhenNeftuneIsOn()
    {
        using var scope = NewDisposeScope();
        var embeddings = zeros(2 * 8, 32);
        var noisy = Neftune.Add(embeddings, 8, 5, new DropoutKey(1, 2, 3, 4));
        Assert.InRange(noisy.abs().max().item<float>(), 0.9 * 5 / 16, 5 / 16.0);
        Assert.True(noisy.equal(Neftune.Add(embeddings, 8, 5, new DropoutKey(1, 2, 3, 4))).all().item<bool>());
        Assert.False(noisy.equal(Neftune.Add(embeddings, 8, 5, new DropoutKey(1, 2, 3, 5))).all().item<bool>());
    }

    [Fact]
    public void Of_UsesATasksOwnRate_AndTwoPassesForRDrop()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        var spec = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b", Dropout = 0 }], Regularization = new() { HiddenDropout = 0.4 } };
        Tensor Loss(RunSpec of, int task, int step)
        {
            var batch = new MicroBatch(task, 0, [LabeledIds.AfterPrompt([1, 2, 3, 4, 5], 1)]);
            return CausalLosses.Of(model, of)(step, batch, batch.Collate(CPU)).Objective;
        }
        Assert.False(Loss(spec, 0, 1).allclose(Loss(spec, 0, 2)));
        Assert.True(Loss(spec, 1, 1).allclose(Loss(spec, 1, 2)));
        // Without dropout both passes are equal: the objective is twice the loss.
        var twice = Loss(spec with { Regularization = spec.Regularization with { RDrop = 2 } }, 1, 1);
        Assert.True(twice.allclose(Loss(spec, 1, 1).mul(Scalars.Two)));
    }

    [Fact]
    public void Validate_RefusesRDrop_WhenNothingIsDropped()
    {
        var spec = new RunSpec { Model = new() { Path = "m" }, Tasks = [new() { Name = "a", Data = new() { Train = "a.jsonl" }, Template = new() { Answer = "{a}" } }], Regularization = new() { RDrop = 1 } };
        Assert.Equal("regularization.rDrop", Assert.Single(RunSpecValidator.Validate(spec)).Field);
        Assert.Empty(RunSpecValidator.Validate(spec with { Regularization = spec.Regularization with { HiddenDropout = 0.1 } }));
        var never = spec with { Regularization = new() { Patience = 1 }, Evaluation = spec.Evaluation with { Every = 0 } };
        Assert.Equal("regularization.patience", Assert.Single(RunSpecValidator.Validate(never)).Field);
    }

    private static Tensor Ids => tensor(new long[] { 3, 1, 4, 1, 5, 2 }).view(1, 6);
}
