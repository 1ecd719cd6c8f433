using System.Text.Json;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

/// <summary>The figures of transformers on tiny random checkpoints of each family (goldens/hf), in float32.</summary>
public sealed class DecoderGoldenTests
{
    public static TheoryData<string> Rotary => ["llama", "llama-sharded", "llama-tied-linear", "llama-tied-yarn-bf16", "qwen2"];

    public static TheoryData<string> Folders => ["llama", "llama-sharded", "llama-tied-linear", "llama-tied-yarn-bf16", "qwen2", "gpt2", "gpt2-scaled-attn-fp16"];

    [Theory, MemberData(nameof(Folders))]
    public void Hidden_EqualsTheReference_WhenRowsAreUnpadded(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var forward = golden["forward"];
        var inputs = new List<Tensor>();
        var hidden = model.Hidden(forward.GetProperty("input_ids").Ids(), AttentionLayout.Causal(2, 24),
            onLayerInput: (_, x) => inputs.Add(x.view(2, 24, -1)[0].clone().DetachFromDisposeScope()));
        model.Logits(hidden).AssertClose(golden.Tensor(forward.GetProperty("logits")), 1e-4);
        hidden.AssertClose(golden.Tensor(forward.GetProperty("last_hidden_state")), 1e-4);
        stack([.. inputs, hidden[0]]).AssertClose(golden.Tensor(forward.GetProperty("hidden_states_row0")), 1e-4);
        Assert.Empty(model.Warnings);
        foreach (var input in inputs) input.Dispose();
    }

    [Theory, MemberData(nameof(Rotary))]
    public void InverseFrequencies_EqualTheReference_WhenScaled(string folder)
    {
        var golden = Golden.Hf(folder);
        var config = CausalLm.ReadConfigOf(golden.Folder);
        var rope = golden["rope"].GetProperty("model.rotary_emb");
        var expected = rope.GetProperty("inv_freq").Flat();
        var actual = RotaryTable.InverseFrequencies(config.Rope!, config.HeadDim, config.MaxPositionEmbeddings, 24);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6 * expected[i]);
        Assert.Equal(rope.GetProperty("attention_scaling").GetDouble(), RotaryTable.AttentionScaling(config.Rope!), 1e-6);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-tied-linear")]
    [InlineData("llama-tied-yarn-bf16")]
    public void Config_IsTheSameModel_WhenSpelledAsTransformers4(string folder)
    {
        var golden = Golden.Hf(folder);
        using var temporary = new TemporaryFolder();
        File.Copy(Path.Combine(golden.Folder, "config.4x.json"), temporary.File("config.json"));
        // the 4.x spelling leaves out head_dim where it follows from the others
        var (older, newer) = (CausalLm.ReadConfigOf(temporary.Path), CausalLm.ReadConfigOf(golden.Folder));
        Assert.Equal(newer with { EosTokenIds = [] }, older with { EosTokenIds = [] });
        Assert.Equal(newer.EosTokenIds, older.EosTokenIds);
    }

    [Theory]
    [InlineData("llama-tied-linear-odd-tensors")]
    [InlineData("gpt2-old-names")]
    public void Load_TakesOlderFiles_WhoseOddTensorsMeanNothing(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var ids = golden["input_ids"].Ids();
        model.Logits(model.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1]))).AssertClose(golden.Tensor(golden["logits"]), 1e-4);
        Assert.True(model.IsTied);
        Assert.Empty(model.Warnings);
    }

    [Fact]
    public void Logits_StayNearFloat32_WhenComputedInTheFilesBfloat16()
    {
        var golden = Golden.Hf("llama-tied-yarn-bf16");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder, new() { Dtype = ScalarType.BFloat16 });
        var forward = golden["forward"];
        var logits = model.Logits(model.Hidden(forward.GetProperty("input_ids").Ids(), AttentionLayout.Causal(2, 24)));
        Assert.Equal(ScalarType.BFloat16, logits.dtype);
        var distance = logits.to(float64).sub(golden.Tensor(forward.GetProperty("logits"))).abs().mean().item<double>();
        Assert.True(distance < 2 * golden["forward_native"].GetProperty("mean_abs_diff_to_float32").GetDouble(), $"mean distance {distance}");
    }

    [Theory, MemberData(nameof(Folders))]
    public void Logits_AreThoseOfUnpaddedRows_WhenPaddedOnEitherSide(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var padding = golden["padding"];
        var expected = golden.Tensor(padding.GetProperty("logits_unmasked"));
        AssertUnmasked(padding.GetProperty("left"), AttentionLayout.LeftPadded([10, 14], 14));
        AssertUnmasked(padding.GetProperty("right"), AttentionLayout.Causal(2, 14));

        void AssertUnmasked(JsonElement side, AttentionLayout layout)
        {
            var logits = model.Logits(model.Hidden(side.GetProperty("input_ids").Ids(), layout));
            Assert.True(logits.isfinite().all().item<bool>());
            var mask = side.GetProperty("attention_mask").Ids().to(ScalarType.Bool).view(-1);
            logits.view(28, -1).index([TensorIndex.Tensor(mask)]).AssertClose(expected, 1e-4);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Loss_EqualsTheReference_WhenSomeLabelsAreMasked(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var loss = golden["loss"];
        var labels = LabelPositions.Of(loss.GetProperty("labels").Longs(), 2, 16);
        var hidden = model.Hidden(loss.GetProperty("input_ids").Ids(), AttentionLayout.Causal(2, 16));
        Assert.Equal(loss.GetProperty("token_count").GetInt32(), labels.Count);
        var sum = TokenLoss.Sum(model, hidden, labels).item<float>();
        Assert.Equal(loss.GetProperty("loss_sum_float64_softmax").GetDouble(), sum, 1e-4);
        Assert.Equal(loss.GetProperty("loss_mean").GetDouble(), sum / labels.Count, 1e-5);
        var rows = TokenLoss.PerExample(model, hidden, labels).data<float>().ToArray();
        foreach (var (row, i) in loss.GetProperty("per_row").EnumerateArray().Select((r, i) => (r, i)))
        {
            Assert.Equal(row.GetProperty("loss_sum").GetDouble(), rows[i], 1e-4);
            Assert.Equal(row.GetProperty("token_count").GetInt32(), TokenLoss.Counts(labels)[i]);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void PackedDocuments_DoNotSeeEachOther_WhenInOneRow(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var packed = golden["packed"];
        var lengths = packed.GetProperty("documents").EnumerateArray().Select(d => d.GetArrayLength()).ToArray();
        var ids = packed.GetProperty("input_ids").Ids();
        var width = (int)ids.shape[1];
        var layout = AttentionLayout.Packed([lengths], width);
        Assert.Equal(packed.GetProperty("position_ids").Ints(), layout.Positions);
        Assert.Equal(packed.GetProperty("segment_ids").Ints(), layout.Segments);
        var hidden = model.Hidden(ids, layout);
        model.Logits(hidden).view(width, -1).AssertClose(golden.Tensor(packed.GetProperty("logits")).view(width, -1), 1e-4);
        var labels = LabelPositions.Of(packed.GetProperty("labels").Longs(), 1, width, packed.GetProperty("segment_ids").Ints(), lengths.Length);
        Assert.Equal(packed.GetProperty("token_count").GetInt32(), labels.Count);
        var sums = TokenLoss.PerExample(model, hidden, labels).data<float>().ToArray();
        foreach (var (document, i) in packed.GetProperty("per_document").EnumerateArray().Select((d, i) => (d, i)))
            Assert.Equal(document.GetProperty("loss_sum").GetDouble(), sums[i], 1e-4);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Gradients_EqualTheReference_WhenEveryParameterIsTrained(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(golden.Folder);
        foreach (var slot in model.Parameters) slot.Value.requires_grad_();
        var loss = golden["loss"];
        var labels = LabelPositions.Of(loss.GetProperty("labels").Longs(), 2, 16);
        TokenLoss.Sum(model, model.Hidden(loss.GetProperty("input_ids").Ids(), AttentionLayout.Causal(2, 16)), labels).div(Scalars.Of(labels.Count)).backward();
        var gradients = golden["gradients"];
        var norms = gradients.GetProperty("norms");
        Assert.Equal(norms.EnumerateObject().Select(n => n.Name).Order(StringComparer.Ordinal), model.Parameters.Select(p => p.Name));
        foreach (var slot in model.Parameters)
        {
            var expected = norms.GetProperty(slot.Name).GetDouble();
            Assert.Equal(expected, slot.Value.grad!.norm().item<float>(), 1e-4 * expected + 1e-6);
            if (gradients.GetProperty("full").TryGetProperty(slot.Name, out var full)) slot.Value.grad!.AssertClose(golden.Tensor(full), 1e-5, 1e-4);
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("gpt2")]
    public void AdamW_FollowsTheReferencesLosses_WhenParametersAreViewsOfOneBuffer(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(golden.Folder);
        var slots = model.Parameters;
        var flat = zeros(slots.Sum(s => s.Elements));
        var views = new List<Tensor>();
        long at = 0;
        foreach (var slot in slots)
        {
            var view = flat.narrow(0, at, slot.Elements).view([.. slot.Shape]).detach();
            view.copy_(slot.Value);
            slot.Bind(view.requires_grad_());
            views.Add(view);
            at += slot.Elements;
        }
        var reference = golden["adamw"];
        var (rate, decay) = (reference.GetProperty("lr").GetDouble(), reference.GetProperty("weight_decay").GetDouble());
        var (mean, square) = (zeros_like(flat), zeros_like(flat));
        var losses = new List<double>();
        foreach (var (batch, step) in reference.GetProperty("batches").EnumerateArray().Select((b, i) => (b, i + 1)))
        {
            losses.Add(Step(batch).item<float>());
            var gradient = cat([.. views.Select(v => v.grad!.view(-1))]);
            mean.mul_(Scalars.Of(0.9)).add_(gradient, Scalars.Of(0.1));
            square.mul_(Scalars.Of(0.999)).add_(gradient.pow(Scalars.Two), Scalars.Of(0.001));
            flat.mul_(Scalars.Of(1 - rate * decay)).sub_(mean.div(Scalars.Of(1 - Math.Pow(0.9, step))).div(square.div(Scalars.Of(1 - Math.Pow(0.999, step))).sqrt().add(Scalars.Of(1e-8), Scalars.One)).mul(Scalars.Of(rate)));
        }
        var expected = reference.GetProperty("losses").Flat();
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], losses[i], 2e-5);
        Assert.Equal(reference.GetProperty("loss_of_first_batch_after").GetDouble(), Step(reference.GetProperty("batches")[0]).item<float>(), 2e-5);
        // The key third of GPT-2's c_attn.bias has no gradient in theory, and Adam amplifies its rounding; that of small gradients also shows
        // where the processor's vectors are of another width than the reference's.
        foreach (var slot in slots.Where(slot => !slot.Name.EndsWith("c_attn.bias", StringComparison.Ordinal)))
        {
            var norm = reference.GetProperty("final_norms").GetProperty(slot.Name).GetDouble();
            Assert.Equal(norm, slot.Value.norm().item<float>(), 5e-5 * norm);
        }

        Tensor Step(JsonElement batch)
        {
            foreach (var view in views) view.grad?.zero_();
            var ids = batch.Ids();
            var labels = LabelPositions.Of(batch.Longs(), (int)ids.shape[0], (int)ids.shape[1]);
            var loss = TokenLoss.Sum(model, model.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1])), labels).div(Scalars.Of(labels.Count));
            loss.backward();
            return loss;
        }
    }
}
