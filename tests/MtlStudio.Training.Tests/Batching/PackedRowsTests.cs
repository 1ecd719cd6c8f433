using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Batching;

public sealed class PackedRowsTests
{
    /// <summary>goldens/peft/packing.json: three documents in one row of a tiny Llama.</summary>
    [Fact]
    public void PerToken_GivesTheReferencesLosses_WhenDocumentsShareARow()
    {
        using var scope = NewDisposeScope();
        var item = GoldenFile.Read("peft/packing.json")["rows"]!.AsArray().Single(row => row!["base"].Text() == "base/llama")!;
        using var model = CausalLm.Load(SharedFolder.Need("goldens/peft/base/llama"));
        var documents = item["separate"]!.AsArray().Select(one => new LabeledIds(Whole(one!["input_ids"]![0]!), Whole(one["labels"]![0]!))).ToList();
        var batch = new MicroBatch(0, 0, documents) { Rows = [[.. Enumerable.Range(0, documents.Count)]] };
        var losses = CausalLosses.Plain(model)(0, batch, batch.Collate(CPU)).Objective.data<float>().ToArray();
        var expected = item["nll"].Numbers();
        Assert.Equal(expected.Length, losses.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], losses[i], 2e-5);
    }

    [Fact]
    public void Packed_ChangesNoLossAndNoGradient_WhenExamplesAreOfEveryLength()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        var examples = Enumerable.Range(0, 9).Select(e => LabeledIds.AfterPrompt([.. Enumerable.Range(0, 3 + (5 * e) % 11).Select(t => 1 + (7 * e + 3 * t) % 20)], 1)).ToList();
        var plain = new MicroBatch(0, 0, examples);
        var packed = plain.Packed();
        Assert.True(packed.Rows!.Count < examples.Count);
        Assert.Equal(Enumerable.Range(0, 9), packed.Rows.SelectMany(row => row).Order());
        foreach (var slot in model.Parameters) slot.Value.requires_grad_();
        (double Sum, double Norm) Of(MicroBatch batch)
        {
            var loss = CausalLosses.Of(model, new RunSpec { Tasks = [new() { Name = "a" }] })(0, batch, batch.Collate(CPU)).Objective.sum();
            loss.backward();
            var norm = Math.Sqrt(model.Parameters.Sum(slot => slot.Value.grad!.pow(Scalars.Two).sum().item<float>()));
            foreach (var slot in model.Parameters) slot.Value.grad!.zero_();
            return (loss.item<float>(), norm);
        }
        var (one, other) = (Of(plain), Of(packed));
        Assert.Equal(one.Sum, other.Sum, 1e-3);
        Assert.Equal(1, other.Norm / one.Norm, 1e-5);
    }

    private static int[] Whole(JsonNode numbers) => [.. numbers.Numbers().Select(number => (int)number)];
}
