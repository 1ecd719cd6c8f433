using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Quantization;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Tests.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Quantization;

/// <summary>NF4 and int8 against bitsandbytes (goldens/peft/quantization.json).</summary>
public sealed class QuantizationGoldenTests
{
    private static Golden Open() => Golden.Open(SharedFolder.Need("goldens/peft"), "quantization.json");

    private static Tensor Tensor(Golden golden, string name) => golden.Tensor(JsonSerializer.SerializeToElement("quantization.safetensors:" + name));

    [Fact]
    public void Nf4_PacksTheReferencesBytes_AndUnpacksItsValues()
    {
        var golden = Open();
        using var scope = NewDisposeScope();
        foreach (var kase in golden["nf4"].EnumerateArray())
        {
            var (name, doubly) = (kase.GetProperty("name").GetString()!, kase.GetProperty("double_quantized").GetBoolean());
            using var packed = Nf4Weight.Pack(Tensor(golden, name + ".weight").to(float32), doubly);
            Assert.True(packed.Packed.to(float64).Equals(Tensor(golden, name + ".packed")), name);
            packed.Unpack(float32).AssertClose(Tensor(golden, name + ".dequantized"), 1e-30, doubly ? 1e-6 : 0);
            if (!doubly) packed.Scales().AssertClose(tensor(kase.GetProperty("absmax").Flat()), 1e-30);
            else packed.Scales().AssertClose(tensor(kase.GetProperty("absmax_restored").Flat()), 0, 1e-6);
            var linear = nn.functional.linear(Tensor(golden, name + ".x"), packed.Unpack(float64), Tensor(golden, name + ".bias"));
            linear.AssertClose(Tensor(golden, name + ".y"), 1e-9, doubly ? 1e-5 : 0);
        }
    }

    [Fact]
    public void DynamicMap_IsTheReferences_ToTheLastFloat()
    {
        using var map = DynamicMap.Create(signed: true);
        Assert.Equal(256, map.Values.Count);
        foreach (var (expected, actual) in Tensor(Open(), "dynamic_map_256").data<double>().ToArray().Zip(map.Values)) Assert.Equal(expected, actual, 1e-7);
    }

    [Fact]
    public void Int8_RoundsAsTheReference()
    {
        var golden = Open();
        using var scope = NewDisposeScope();
        foreach (var kase in golden["int8"].EnumerateArray())
        {
            var name = kase.GetProperty("name").GetString()!;
            using var packed = Int8Weight.Pack(Tensor(golden, name + ".weight").to(float32));
            Assert.True(packed.Packed.to(float64).Equals(Tensor(golden, name + ".int8")), name);
            nn.functional.linear(Tensor(golden, name + ".x"), packed.Unpack(float64)).AssertClose(Tensor(golden, name + ".y"), 1e-9);
        }
    }

    [Fact]
    public void Models_GiveTheReferencesLogits_WithAndWithoutAnAdapter()
    {
        var golden = Open();
        foreach (var kase in golden["models"].EnumerateArray())
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var model = CausalLm.Load(Path.Combine(golden.Folder, "base", kase.GetProperty("base").GetString()!), new() { Dtype = ScalarType.Float64, Quantize = kase.GetProperty("quantization").GetString()! });
            using var adapter = kase.TryGetProperty("adapter", out var folder) ? Adapter.Load(model, Path.Combine(golden.Folder, folder.GetString()!)) : null;
            Assert.Equal(kase.GetProperty("dequantized").EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal),
                model.Linears.Where(layer => layer.Weight.Packed is not null).Select(layer => layer.Name).Order(StringComparer.Ordinal));
            var ids = kase.GetProperty("input_ids").Ids();
            AdapterGoldenTests.AssertLogits(kase, model.Logits(model.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1]))), 1e-9, kase.GetProperty("attention_mask"));
        }
    }

    [Theory]
    [InlineData("llama", "nf4")]
    [InlineData("llama", "nf4-double")]
    [InlineData("llama", "int8")]
    [InlineData("gpt2", "nf4")]
    [InlineData("gpt2", "nf4-double")]
    [InlineData("gpt2", "int8")]
    public void Gradients_AreThoseOfTheUnpackedWeights_AndTheMergedModelComputesTheSame(string family, string way)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using (var plain = family == "gpt2" ? TinyModels.Gpt2() : TinyModels.Llama()) new FullFineTuning(plain).Save(folder.Path);
        using var unpacked = new TemporaryFolder();
        using var packed = CausalLm.Load(folder.Path, new() { Quantize = way });
        Assert.Equal(packed.Linears.Count - 1, packed.Linears.Count(layer => layer.Weight.Packed is not null));
        Assert.All(packed.Linears.Where(layer => layer != packed.Head), layer => Assert.Equal(layer.Weight.Shape, layer.Weight.Packed!.Shape));
        new FullFineTuning(packed).SaveMerged(unpacked.Path);
        using var whole = CausalLm.Load(unpacked.Path);
        var (one, other) = (Gradients(packed), Gradients(whole));
        foreach (var (name, gradient) in one) gradient.AssertClose(other[name].to(float64), 1e-5);

        static Dictionary<string, Tensor> Gradients(CausalLm model)
        {
            var lora = LoraAdapter.Attach(model, new() { Rank = 2, TargetModules = [LoraOptions.AllLinear] }, 1);
            foreach (var slot in lora.Parameters)
            {
                if (slot.Start == ParameterStart.Zeros) slot.Value.normal_(0, 0.1, new Generator(3));
                slot.Value.requires_grad_();
            }
            var labels = LabelPositions.Of([1, 5, 9, 2, 7, 11], 2, 3);
            TokenLoss.Sum(model, model.Hidden(tensor(new long[] { 1, 5, 9, 2, 7, 11 }).view(2, 3), AttentionLayout.Causal(2, 3)), labels).backward();
            return lora.Parameters.ToDictionary(slot => slot.Name, slot => slot.Value.grad!);
        }
    }

    [Fact]
    public void TransposedWeight_HasTheCodesOfTheWeightTurned_AsTransformersKeepsAConv1D()
    {
        using var scope = NewDisposeScope();
        var weight = randn([6, 130], ScalarType.Float32, generator: new Generator(5)); // (in, out)
        using var turned = TransposedWeight.Pack(weight, Int8Weight.Pack);
        using var plain = Int8Weight.Pack(weight.t().contiguous());
        Assert.Equal([6L, 130], turned.Shape);
        Assert.Equal(plain.Bytes, turned.Bytes);
        Assert.True(turned.Unpack(float32).Equals(plain.Unpack(float32).t()));
        turned.Unpack(float32).AssertClose(weight, 0.02);
    }
}
