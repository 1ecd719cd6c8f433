using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>PEFT's own folders on a tiny Llama (goldens/peft), in double precision to 1e-9 and in float32 to ten times the reference's own deviation.</summary>
public sealed class AdapterGoldenTests
{
    private static readonly string[] Names =
    [
        "lora_qv", "lora_all_linear", "lora_rs", "lora_last_layer", "lora_patterns", "lora_head_saved", "lora_embeddings_saved_too", "lora_embed_head", "dora_all",
        "adalora", "loha", "lokr", "vera", "ia3", "prompt", "prefix", "prefix_projected", "ptuning_mlp", "ptuning_lstm",
        "lora_tokens", "qwen2_lora_bias_all", "qwen2_lora_bias_only", "qwen2_lora_embed_tied", "qwen2_prefix",
        "gpt2_lora_attn", "gpt2_lora_all", "gpt2_dora", "gpt2_ia3", "gpt2_lora_bias_all", "gpt2_lora_bias_only", "gpt2_prefix", "gpt2_prompt",
    ];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var name in Names)
                foreach (var wide in new[] { true, false }) cases.Add(name, wide);
            return cases;
        }
    }

    private static (Golden Golden, JsonElement Case) Open(string name)
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "adapters.json");
        return (golden, golden["cases"].EnumerateArray().Single(c => c.GetProperty("name").GetString() == name));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Adapter_GivesTheReferencesLogitsAndGradients_WhenLoadedFromItsFolder(string name, bool wide)
    {
        var (golden, kase) = Open(name);
        var deviation = kase.GetProperty("fp32_deviation");
        double Tolerance(string field) => wide ? 1e-9 : 10 * deviation.GetProperty(field).GetDouble();
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, kase.GetProperty("base").GetString()!), new() { Dtype = wide ? ScalarType.Float64 : ScalarType.Float32 });
        using var adapter = Adapter.Load(model, Path.Combine(golden.Folder, kase.GetProperty("adapter").GetString()!));
        if (kase.TryGetProperty("scaling", out var scaling)) Assert.Equal(scaling.EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetDouble()), adapter.Scalings);
        Assert.Equal(kase.GetProperty("trainable").GetInt64(), adapter.Parameters.Sum(p => p.Elements));
        foreach (var slot in adapter.Parameters) slot.Value.requires_grad_();

        var ids = kase.GetProperty("input_ids").Ids();
        var (batch, length) = ((int)ids.shape[0], (int)ids.shape[1]);
        // PEFT's logits cover virtual tokens that have embeddings.
        AssertLogits(kase, model.Logits(model.Hidden(ids, AttentionLayout.Causal(batch, length), keepVirtual: true)), Tolerance("logits_max_abs"));
        var labels = LabelPositions.Of(kase.GetProperty("labels").Longs(), batch, length);
        var loss = TokenLoss.Sum(model, model.Hidden(ids, AttentionLayout.Causal(batch, length)), labels).div(Scalars.Of(labels.Count));
        // Prompts out of an encoder are saved as float32 products; the encoder's own tensors lie beside.
        Assert.Equal(kase.GetProperty("loss").GetDouble(), loss.to(float64).item<double>(), Math.Max(Tolerance("loss_abs"), wide ? 0 : 1e-6));
        loss.backward();
        var gradients = kase.GetProperty("gradients");
        Assert.Equal(gradients.EnumerateObject().Select(g => g.Name).Order(StringComparer.Ordinal), adapter.Parameters.Select(p => GradientKey(gradients, p.Name)).Order(StringComparer.Ordinal));
        foreach (var slot in adapter.Parameters) AssertFingerprint(gradients.GetProperty(GradientKey(gradients, slot.Name)), slot.Value.grad!, wide ? 1e-9 : Math.Max(Tolerance("gradient_norm_max_rel"), 1e-6), slot.Name); // where the reference moved by less than a float32's digits, others may not
        Assert.All(model.Parameters.Where(p => p.Replacement is null), p => Assert.False(p.Value.requires_grad));
    }

    // A prompt's tensors have no prefix; a targeted layer keeps its own as base_layer.
    private static string GradientKey(JsonElement gradients, string name) =>
        new[] { name, AdapterTensor.Prefix + name, AdapterTensor.Prefix + name.Insert(name.LastIndexOf('.') + 1, "base_layer.") }.First(key => gradients.TryGetProperty(key, out _));

    [Theory]
    [InlineData("lora_qv")]
    [InlineData("lora_all_linear")]
    [InlineData("lora_rs")]
    [InlineData("lora_patterns")]
    [InlineData("lora_head_saved")]
    [InlineData("lora_embed_head")]
    [InlineData("dora_all")]
    [InlineData("gpt2_lora_attn")]
    [InlineData("gpt2_lora_all")]
    [InlineData("gpt2_dora")]
    [InlineData("gpt2_ia3")]
    [InlineData("gpt2_lora_bias_all")]
    [InlineData("adalora")]
    [InlineData("loha")]
    [InlineData("lokr")]
    [InlineData("vera")]
    [InlineData("ia3")]
    [InlineData("lora_tokens")]
    [InlineData("qwen2_lora_bias_all")]
    [InlineData("qwen2_lora_bias_only")]
    [InlineData("qwen2_lora_embed_tied")]
    public void Merged_HoldsTheReferencesWeights_InAFolderAndInPlace(string name)
    {
        var (golden, kase) = Open(name);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var folder = new TemporaryFolder();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, kase.GetProperty("base").GetString()!), new() { Dtype = ScalarType.Float64 });
        var ids = kase.GetProperty("input_ids").Ids();
        Tensor Logits(CausalLm of) => of.Logits(of.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1])));
        var before = Logits(model);
        using (var adapter = Adapter.Load(model, Path.Combine(golden.Folder, kase.GetProperty("adapter").GetString()!)))
        {
            adapter.SaveMerged(folder.Path);
            var beside = Logits(model);
            adapter.Merge();
            Assert.All(model.Linears, layer => Assert.Null(layer.Adapter));
            Logits(model).AssertClose(beside, 1e-9);
            adapter.Unmerge();
            Assert.True(Logits(model).Equals(beside));
        }
        Assert.True(Logits(model).Equals(before));
        using var merged = CausalLm.Load(folder.Path, new() { Dtype = ScalarType.Float64 });
        Assert.Empty(merged.Warnings);
        foreach (var change in kase.GetProperty("merge").GetProperty("changed").EnumerateObject())
            AssertFingerprint(change.Value.GetProperty("merged"), merged.Parameters.Single(p => p.Name == change.Name).Value, 1e-9, change.Name);
        AssertLogits(kase, Logits(merged), 1e-9);
    }

    [Theory]
    [InlineData("prompt")]
    [InlineData("prefix")]
    [InlineData("prefix_projected")]
    [InlineData("ptuning_lstm")]
    public void VirtualTokens_GiveTheSameLogits_HoweverTheTextsLie(string name)
    {
        var (golden, kase) = Open(name);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 });
        using var adapter = Adapter.Load(model, Path.Combine(golden.Folder, kase.GetProperty("adapter").GetString()!));
        long[][] texts = [[5, 9, 4, 77, 31], [40, 8, 3]];
        var alone = texts.Select(text => model.Hidden(tensor(text).view(1, -1), AttentionLayout.Causal(1, text.Length))[0]).ToArray();

        var packed = model.Hidden(tensor([.. texts[0], .. texts[1], 0L]).view(1, -1), AttentionLayout.Packed([[5, 3]], 9))[0];
        packed.narrow(0, 0, 5).AssertClose(alone[0], 1e-10);
        packed.narrow(0, 5, 3).AssertClose(alone[1], 1e-10);

        var left = model.Hidden(tensor([.. texts[0], 0L, 0L, .. texts[1]]).view(2, 5), AttentionLayout.LeftPadded([5, 3], 5));
        left[1].narrow(0, 2, 3).AssertClose(alone[1], 1e-10);

        using var cache = new KvCache(model.Config.NumHiddenLayers, model.VirtualColumns + 5);
        model.Hidden(tensor([.. texts[0][..4], 0L, 0L, .. texts[1][..2]]).view(2, 4), AttentionLayout.LeftPadded([4, 2], 4), cache);
        var next = model.Hidden(tensor([texts[0][4], texts[1][2]]).view(2, 1), cache.Next(), cache);
        next[0].AssertClose(alone[0].narrow(0, 4, 1), 1e-10);
        next[1].AssertClose(alone[1].narrow(0, 2, 1), 1e-10);

        var branches = model.Hidden(tensor([.. texts[0], .. texts[1]]).view(1, -1), AttentionLayout.Branching([5], [[3]], 8))[0];
        var whole = model.Hidden(tensor([.. texts[0], .. texts[1]]).view(1, -1), AttentionLayout.Causal(1, 8))[0];
        branches.AssertClose(whole, 1e-10);
    }

    internal static void AssertLogits(JsonElement kase, Tensor logits, double tolerance, JsonElement? real = null)
    {
        var columns = kase.GetProperty("columns").Longs();
        var given = real ?? kase.GetProperty("logits_mask");
        var mask = tensor(given.Flat()).view(given.Shape());
        logits.index_select(2, tensor(columns)).mul(mask.unsqueeze(-1)).AssertClose(tensor(kase.GetProperty("logits_columns").Flat()).view([.. mask.shape, columns.Length]), tolerance);
        logits.logsumexp(-1).mul(mask).AssertClose(tensor(kase.GetProperty("logsumexp").Flat()).view(mask.shape), tolerance);
    }

    // shape, sum, norm, and Σ xᵢ·cos(i/10): a transpose, sign or scale shows
    internal static void AssertFingerprint(JsonElement expected, Tensor actual, double tolerance, string name)
    {
        var flat = actual.detach().to(float64).view(-1);
        var norm = expected.GetProperty("norm").GetDouble();
        Assert.Equal(expected.GetProperty("shape").Longs(), actual.shape);
        Near("norm", flat.norm().item<double>());
        Near("sum", flat.sum().item<double>());
        Near("probe", flat.mul(arange(Scalars.Of(0), Scalars.Of(flat.shape[0]), Scalars.One, ScalarType.Float64).mul(Scalars.Of(0.1)).cos()).sum().item<double>());

        void Near(string figure, double value)
        {
            var reference = expected.GetProperty(figure).GetDouble();
            var scale = figure == "norm" ? norm : norm * Math.Sqrt(flat.shape[0]); // a sum of n terms carries √n of the norm
            Assert.True(Math.Abs(value - reference) <= tolerance * scale + 1e-12, $"{name} {figure}: {value}, not {reference}");
        }
    }
}
