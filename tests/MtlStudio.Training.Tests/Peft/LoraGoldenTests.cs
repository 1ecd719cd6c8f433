using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>PEFT's own folders on a tiny Llama (goldens/peft), in double precision to 1e-9 and in float32 to ten times the reference's own deviation.</summary>
public sealed class LoraGoldenTests
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var name in new[] { "lora_qv", "lora_all_linear", "lora_rs", "lora_last_layer", "lora_patterns" })
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
        using var lora = LoraAdapter.Load(model, Path.Combine(golden.Folder, kase.GetProperty("adapter").GetString()!));
        Assert.Equal(kase.GetProperty("scaling").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetDouble()), lora.Scalings);
        Assert.Equal(kase.GetProperty("trainable").GetInt64(), lora.Parameters.Sum(p => p.Elements));
        foreach (var slot in lora.Parameters) slot.Value.requires_grad_();

        var ids = kase.GetProperty("input_ids").Ids();
        var (batch, length) = ((int)ids.shape[0], (int)ids.shape[1]);
        var hidden = model.Hidden(ids, AttentionLayout.Causal(batch, length));
        AssertLogits(kase, model.Logits(hidden), Tolerance("logits_max_abs"));
        var labels = LabelPositions.Of(kase.GetProperty("labels").Longs(), batch, length);
        var loss = TokenLoss.Sum(model, hidden, labels).div(labels.Count);
        Assert.Equal(kase.GetProperty("loss").GetDouble(), loss.to(float64).item<double>(), Tolerance("loss_abs"));
        loss.backward();
        var gradients = kase.GetProperty("gradients");
        Assert.Equal(gradients.EnumerateObject().Select(g => g.Name).Order(StringComparer.Ordinal), lora.Parameters.Select(p => "base_model.model." + p.Name));
        foreach (var slot in lora.Parameters) AssertFingerprint(gradients.GetProperty("base_model.model." + slot.Name), slot.Value.grad!, wide ? 1e-9 : Tolerance("gradient_norm_max_rel"), slot.Name);
        Assert.All(model.Parameters, p => Assert.False(p.Value.requires_grad));
    }

    [Theory]
    [InlineData("lora_qv")]
    [InlineData("lora_all_linear")]
    [InlineData("lora_rs")]
    public void MergedFolder_HoldsTheReferencesWeights_WhenSaved(string name)
    {
        var (golden, kase) = Open(name);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var folder = new TemporaryFolder();
        using (var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 }))
        using (var lora = LoraAdapter.Load(model, Path.Combine(golden.Folder, kase.GetProperty("adapter").GetString()!))) lora.SaveMerged(folder.Path);
        using var merged = CausalLm.Load(folder.Path, new() { Dtype = ScalarType.Float64 });
        Assert.Empty(merged.Warnings);
        foreach (var change in kase.GetProperty("merge").GetProperty("changed").EnumerateObject())
            AssertFingerprint(change.Value.GetProperty("merged"), merged.Parameters.Single(p => p.Name == change.Name).Value, 1e-9, change.Name);
        var ids = kase.GetProperty("input_ids").Ids();
        AssertLogits(kase, merged.Logits(merged.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1]))), 1e-9);
    }

    private static void AssertLogits(JsonElement kase, Tensor logits, double tolerance)
    {
        var columns = kase.GetProperty("columns").Longs();
        var mask = tensor(kase.GetProperty("logits_mask").Flat()).view(kase.GetProperty("logits_mask").Shape());
        logits.index_select(2, tensor(columns)).mul(mask.unsqueeze(-1)).AssertClose(tensor(kase.GetProperty("logits_columns").Flat()).view([.. mask.shape, columns.Length]), tolerance);
        logits.logsumexp(-1).mul(mask).AssertClose(tensor(kase.GetProperty("logsumexp").Flat()).view(mask.shape), tolerance);
    }

    // shape, sum, norm, and Σ xᵢ·cos(i/10): a transpose, sign or scale shows
    private static void AssertFingerprint(JsonElement expected, Tensor actual, double tolerance, string name)
    {
        var flat = actual.detach().to(float64).view(-1);
        var norm = expected.GetProperty("norm").GetDouble();
        Assert.Equal(expected.GetProperty("shape").Longs(), actual.shape);
        Near("norm", flat.norm().item<double>());
        Near("sum", flat.sum().item<double>());
        Near("probe", flat.mul(arange(flat.shape[0], ScalarType.Float64).mul(0.1).cos()).sum().item<double>());

        void Near(string figure, double value)
        {
            var reference = expected.GetProperty(figure).GetDouble();
            var scale = figure == "norm" ? norm : norm * Math.Sqrt(flat.shape[0]); // a sum of n terms carries √n of the norm
            Assert.True(Math.Abs(value - reference) <= tolerance * scale + 1e-12, $"{name} {figure}: {value}, not {reference}");
        }
    }
}
