using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Combining;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Tests.Trainer;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>PEFT's add_weighted_adapter and merge_utils (goldens/peft/combine.json), in double precision.</summary>
public sealed class AdapterCombinerTests
{
    public static TheoryData<int> Merges => [.. Enumerable.Range(0, 14)];

    [Theory, MemberData(nameof(Merges))]
    public void Combine_GivesTheReferencesAdapter_WhateverTheType(int number)
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "combine.json");
        var kase = golden["merges"][number];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var names = kase.GetProperty("adapters").EnumerateArray().Select(name => name.GetString()!).ToList();
        var options = OptionsOf(kase);
        using var masks = SafetensorsFile.Open(Path.Combine(golden.Folder, "combine_masks.safetensors"));
        var combined = AdapterCombiner.Combine([.. names.Select(name => LoraFactors.Read(Path.Combine(golden.Folder, "combine", name)))], options,
            (module, adapter, part, tensor, _) => masks.Tensor($"{kase.GetProperty("name").GetString()}.{module}.{names[adapter]}.{part}").to(tensor.dtype));
        var modules = kase.GetProperty("modules").EnumerateObject().ToList();
        Assert.Equal(modules.Select(module => module.Name).Order(StringComparer.Ordinal), combined.Keys);
        foreach (var module in modules)
        {
            var (a, b, _) = combined[module.Name];
            AssertFingerprint(module.Value.GetProperty("delta"), b.mm(a));
            b.mm(a)[0].AssertClose(tensor(module.Value.GetProperty("delta_row0").Flat()), 1e-9);
            if (!module.Value.TryGetProperty("A", out var fingerprint) || a.shape[0] != module.Value.GetProperty("rank").GetInt32()) continue;
            AssertFingerprint(fingerprint, a);
            AssertFingerprint(module.Value.GetProperty("B"), b);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void Command_WritesAnAdapterThatGivesTheReferencesLogits_WhenPutOnTheModel(int number)
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "combine.json");
        var kase = golden["merges"][number];
        using var folder = new TemporaryFolder();
        var options = OptionsOf(kase);
        var made = Path.Combine(folder.Path, "made");
        var (code, _, errors) = TinyProject.Mtl(["combine", "--adapters", .. kase.GetProperty("adapters").EnumerateArray().Select(name => Path.Combine(golden.Folder, "combine", name.GetString()!)),
            "--weights", FormattableString.Invariant($"{options.Weights[0]},{options.Weights[1]}"), "--type", options.Type, "--density", FormattableString.Invariant($"{options.Density}"), "--out", made]);
        Assert.True(code == 0, errors);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 });
        using var adapter = Adapter.Load(model, made);
        AssertLogits(golden, kase, model, 1e-5); // the file is float32
    }

    [Fact]
    public void Adapters_AddUp_WhenSeveralAreOnTheModel()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "combine.json");
        foreach (var kase in golden["together"].EnumerateArray())
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 });
            var adapters = kase.GetProperty("active").EnumerateArray().Select(name => Adapter.Load(model, Path.Combine(golden.Folder, "combine", name.GetString()!))).ToList();
            AssertLogits(golden, kase, model, 1e-9);
            foreach (var adapter in adapters) adapter.Dispose();
        }
    }

    [Fact]
    public void Examples_GiveTheirOwnAdaptersLogits_WhenEachHasOne()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "combine.json");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "base/llama"), new() { Dtype = ScalarType.Float64 });
        foreach (var kase in golden["per_example"].EnumerateArray())
            foreach (var (name, row) in kase.GetProperty("adapter_names").EnumerateArray().Select((name, row) => (name.GetString()!, row)))
            {
                using var adapter = name == "__base__" ? null : Adapter.Load(model, Path.Combine(golden.Folder, "combine", name));
                AssertLogits(golden, kase, model, 1e-9, row);
            }
    }

    [Fact]
    public void Merge_GivesTheReferencesTensor_ForEachRule()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "combine.json");
        using var scope = NewDisposeScope();
        foreach (var kase in golden["functions"].EnumerateArray())
        {
            var tensors = kase.GetProperty("tensors").EnumerateArray().Select(golden.Tensor).ToList();
            foreach (var (rule, field) in new[] { (MergeRules.Linear, "task_arithmetic"), (MergeRules.Prune, "magnitude_prune"), (MergeRules.Ties, "ties"), (MergeRules.DareLinear, "dare_linear"), (MergeRules.DareTies, "dare_ties") })
                MergeRules.Merge(rule, tensors, kase.GetProperty("weights").Flat(), kase.GetProperty("density").GetDouble(), kase.GetProperty("majority_sign_method").GetString()!,
                    (i, _, _) => golden.Tensor(kase.GetProperty(field + "_masks")[i])).AssertClose(golden.Tensor(kase.GetProperty(field)), 1e-9);
        }
    }

    [Fact]
    public void Command_NamesEveryFault_WhenOptionsDoNotFit()
    {
        var folder = SharedFolder.Need("goldens/peft");
        string Errors(params string[] more) => TinyProject.Mtl(["combine", "--adapters", Path.Combine(folder, "combine/a"), Path.Combine(folder, "combine/wide"), "--out", Path.Combine(Path.GetTempPath(), "mtl-never"), .. more]).Errors;
        Assert.Contains("ranks", Errors("--type", "linear"));
        Assert.Contains("--weights", Errors("--weights", "1"));
        Assert.Contains("--density", Errors("--type", "ties_svd", "--density", "0"));
        Assert.Contains("--type", Errors("--type", "sum"));
    }

    private static CombineOptions OptionsOf(JsonElement kase)
    {
        var given = kase.GetProperty("options");
        return new()
        {
            Type = kase.GetProperty("combination_type").GetString()!, Weights = kase.GetProperty("weights").Flat(), Rank = given.TryGetProperty("svd_rank", out var rank) ? rank.GetInt32() : null,
            Density = given.TryGetProperty("density", out var density) ? density.GetDouble() : 0.5, MajoritySign = given.TryGetProperty("majority_sign_method", out var method) ? method.GetString()! : "total",
        };
    }

    private static void AssertLogits(Golden golden, JsonElement kase, CausalLm model, double tolerance, int? only = null)
    {
        var (ids, mask) = (golden["input_ids"].Ids(), golden["attention_mask"]);
        var logits = model.Logits(model.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1]))).index_select(2, tensor(golden["columns"].Longs()));
        var expected = golden.Tensor(kase.GetProperty("logits_columns"));
        for (var row = 0; row < ids.shape[0]; row++)
            if (only is null || only == row) logits[row].narrow(0, 0, mask[row].Ints().Sum()).AssertClose(expected[row].narrow(0, 0, mask[row].Ints().Sum()), tolerance);
    }

    private static void AssertFingerprint(JsonElement expected, Tensor actual)
    {
        var flat = actual.to(float64).flatten();
        Assert.Equal(expected.GetProperty("shape").Longs(), actual.shape);
        Assert.Equal(expected.GetProperty("sum").GetDouble(), flat.sum().item<double>(), 1e-8);
        Assert.Equal(expected.GetProperty("norm").GetDouble(), flat.norm().item<double>(), 1e-8);
        Assert.Equal(expected.GetProperty("probe").GetDouble(), flat.mul(arange(Scalars.Of(0), Scalars.Of(flat.numel()), Scalars.One, float64).mul(Scalars.Of(0.1)).cos()).sum().item<double>(), 1e-8);
    }
}
