using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Bottleneck;
using MtlStudio.Training.Peft.Weights;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>Bottleneck adapters, written out on transformers' layers in double precision (goldens/peft/derived_adapters.json).</summary>
public sealed class DerivedAdapterGoldenTests
{
    [Theory]
    [InlineData("serial_both")]
    [InlineData("serial_mlp")]
    [InlineData("serial_sum_mlp")]
    [InlineData("parallel_mlp")]
    [InlineData("parallel_norm_mlp")]
    public void Bottleneck_GivesTheReferencesLogitsAndGradients(string name)
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "derived_adapters.json");
        var kase = golden["cases"].EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var options = kase.GetProperty("options");
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 });
        using var adapter = BottleneckAdapter.Attach(model, new()
        {
            Kind = options.GetProperty("kind").GetString()!, Places = [.. options.GetProperty("places").EnumerateArray().Select(place => place.GetString()!)],
            Width = options.GetProperty("width").GetInt32(), Activation = options.GetProperty("activation").GetString()!, Scale = options.GetProperty("scale").GetDouble(),
        }, seed: 1);
        using var file = SafetensorsFile.Open(Path.Combine(golden.Folder, "derived_adapters.safetensors"));
        foreach (var slot in adapter.Parameters)
        {
            slot.Value.copy_(file.Tensor($"{name}.{slot.Name}"));
            slot.Value.requires_grad_();
        }
        Assert.Equal(kase.GetProperty("trainable").GetInt64(), adapter.Parameters.Sum(p => p.Elements));
        var ids = kase.GetProperty("input_ids").Ids();
        var (batch, length) = ((int)ids.shape[0], (int)ids.shape[1]);
        var hidden = model.Hidden(ids, AttentionLayout.Causal(batch, length));
        AdapterGoldenTests.AssertLogits(kase, model.Logits(hidden), 1e-9, kase.GetProperty("attention_mask"));
        var labels = LabelPositions.Of(kase.GetProperty("labels").Longs(), batch, length);
        var loss = TokenLoss.Sum(model, hidden, labels).div(Scalars.Of(labels.Count));
        Assert.Equal(kase.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9);
        loss.backward();
        foreach (var slot in adapter.Parameters) AdapterGoldenTests.AssertFingerprint(kase.GetProperty("gradients").GetProperty(slot.Name), slot.Value.grad!, 1e-9, slot.Name);

        using var folder = new TemporaryFolder();
        adapter.Save(folder.Path);
        adapter.Dispose();
        using var loaded = Adapter.Load(model, folder.Path);
        using var frozen = no_grad();
        AdapterGoldenTests.AssertLogits(kase, model.Logits(model.Hidden(ids, AttentionLayout.Causal(batch, length))), 1e-9, kase.GetProperty("attention_mask"));
    }

    [Fact]
    public void BitFit_FollowsTheReferencesSteps_OnAModelWithBiases()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "derived_adapters.json");
        var kase = golden["cases"].EnumerateArray().Single(c => c.GetProperty("name").GetString() == "bitfit_qwen2");
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/qwen2"), new() { Dtype = ScalarType.Float64 });
        using var adapter = ChosenWeights.Attach(model, new() { Biases = true });
        Assert.Equal(kase.GetProperty("trainable").GetInt64(), adapter.Parameters.Sum(p => p.Elements));
        foreach (var slot in adapter.Parameters) slot.Value.requires_grad_();
        var ids = kase.GetProperty("input_ids").Ids();
        var (batch, length) = ((int)ids.shape[0], (int)ids.shape[1]);
        var labels = LabelPositions.Of(kase.GetProperty("labels").Longs(), batch, length);
        var rate = kase.GetProperty("options").GetProperty("lr").GetDouble();
        foreach (var expected in kase.GetProperty("sgd_losses").Flat())
        {
            var loss = TokenLoss.Sum(model, model.Hidden(ids, AttentionLayout.Causal(batch, length)), labels).div(Scalars.Of(labels.Count));
            Assert.Equal(expected, loss.item<double>(), 1e-9);
            if (expected == kase.GetProperty("sgd_losses").Flat()[^1]) break;
            loss.backward();
            using var frozen = no_grad();
            foreach (var slot in adapter.Parameters)
            {
                if (expected == kase.GetProperty("loss").GetDouble()) AdapterGoldenTests.AssertFingerprint(kase.GetProperty("gradients").GetProperty(slot.Name), slot.Value.grad!, 1e-9, slot.Name);
                slot.Value.sub_(slot.Value.grad!.mul(Scalars.Of(rate)));
                slot.Value.grad!.zero_();
            }
        }
        foreach (var slot in adapter.Parameters) AdapterGoldenTests.AssertFingerprint(kase.GetProperty("after_steps").GetProperty(slot.Name), slot.Value, 1e-9, slot.Name);
    }
}
