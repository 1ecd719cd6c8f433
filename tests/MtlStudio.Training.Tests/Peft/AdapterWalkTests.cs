using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Exports;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>Every method of the catalog on a tiny model: trained, killed, resumed, loaded, generated with and merged.</summary>
public sealed class AdapterWalkTests
{
    private sealed class Killed : Exception;

    /// <summary>Names, for a readable list of tests; options make the methods small enough for the model.</summary>
    public static TheoryData<string> Cases => [.. Options.Keys];

    private static readonly Dictionary<string, string> Options = new()
    {
        ["lora"] = """{"rank":2,"dropout":0.2,"bias":"all","modulesToSave":["norm"],"rankPattern":{"v_proj":"1"}}""",
        ["lora rank-stabilized, LoRA+"] = """{"rank":3,"rsLora":true,"loraPlusRatio":16,"targets":["all-linear"]}""",
        ["lora embeddings and head"] = """{"rank":2,"targets":["embed_tokens","lm_head","q_proj"],"bias":"lora_only"}""",
        ["dora"] = """{"rank":2,"dropout":0.1}""",
        ["loha"] = """{"rank":2}""",
        ["lokr"] = """{"rank":1,"decomposeBoth":true}""",
        ["vera"] = """{"rank":8,"dropout":0.1}""",
        ["ia3"] = "{}",
        ["bottleneck"] = """{"width":4,"kind":"serial"}""",
        ["bottleneck parallel"] = """{"width":4,"kind":"parallel","scale":4,"places":["mlp"],"activation":"silu"}""",
        ["prefix"] = """{"tokens":3}""",
        ["prefix projection"] = """{"tokens":3,"projection":true,"width":6}""",
        ["prompt"] = """{"tokens":3}""",
        ["prompt random"] = """{"tokens":3,"init":"random"}""",
        ["p-tuning"] = """{"tokens":3,"width":5}""",
        ["p-tuning lstm"] = """{"tokens":3,"width":5,"encoder":"lstm"}""",
        ["bitfit"] = "{}",
        ["layers"] = """{"layers":"1","modules":["mlp.down_proj","o_proj"],"embeddings":true}""",
        ["full"] = "{}",
        ["lora by task"] = """{"rank":2,"sharing":"task"}""",
        ["lora shared and by group"] = """{"rank":2,"sharing":"shared+group","dropout":0.1}""",
        ["prefix by task"] = """{"tokens":3,"sharing":"task"}""",
        ["p-tuning by task"] = """{"tokens":3,"width":5,"sharing":"task"}""",
        ["layers upper ones by task"] = """{"layers":"1","sharing":"shared+task"}""",
        ["mtl-lora"] = """{"rank":2,"heads":2}""",
        ["hydra-lora"] = """{"rank":2,"heads":2,"dropout":0.1}""",
        ["mo-lora"] = """{"rank":2,"experts":3,"topK":2,"balance":0.1}""",
        ["lora on nf4"] = """{"rank":2}""",
        ["dora on int8"] = """{"rank":2}""",
    };

    [Fact]
    public void Cases_HoldEveryMethodOfTheCatalog() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Peft).Select(method => method.Name).Order(), Options.Keys.Select(Method).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_GoesOnBitForBit_AndGivesAModelThatLoadsGeneratesAndMerges(string name)
    {
        var peft = Choice(name);
        using var undisturbed = Run(name);
        using var killed = Run(name);
        killed.AtStep = step => { if (step == 5) throw new Killed(); };
        undisturbed.Train();
        Assert.Throws<Killed>(killed.Train);
        killed.AtStep = null;
        killed.Train();
        foreach (var file in Directory.EnumerateFiles(undisturbed.Last, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(undisturbed.Last, path)).Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
            Assert.True(File.ReadAllBytes(Path.Combine(undisturbed.Last, file)).SequenceEqual(File.ReadAllBytes(Path.Combine(killed.Last, file))), $"{file} differs after the resume");
        if (peft.Name == "full") return;

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = undisturbed.Model();
        var untuned = Logits(model);
        var spec = new RunSpec { Peft = peft };
        using (var adapter = AdapterFolder.Load(model, undisturbed.Last))
        {
            if (adapter is Adapter one) Assert.True(peft.Name is "bitfit" or "layers" ? one.Method is null : one.Method == peft.Name);
            Assert.Equal(ExportForms.HasTaskParts(spec), adapter.Tasks.Count > 0);
            foreach (var task in adapter.Tasks.Count > 0 ? adapter.Tasks : [""])
            {
                model.Task = task;
                Check(model, adapter, untuned, ExportForms.CanMerge(spec));
            }
            if (adapter.Tasks.Count > 0)
            {
                model.Task = adapter.Tasks[0];
                var first = Logits(model);
                model.Task = adapter.Tasks[^1];
                Assert.False(Logits(model).Equals(first)); // each has its own
            }
        }
        Assert.True(Logits(model).Equals(untuned)); // taken off again
    }

    private static void Check(CausalLm model, IFineTuning adapter, Tensor untuned, bool merges)
    {
        var tuned = Logits(model);
        Assert.True(tuned.sub(untuned).abs().max().item<float>() > 1e-3, "training changed nothing");
        var (cached, whole) = (Written(model, useCache: true), Written(model, useCache: false));
        Assert.Equal(whole, cached);
        using var folder = new TemporaryFolder();
        if (!merges)
        {
            Assert.Contains("Export the adapter itself", Assert.Throws<InvalidInputException>(() => adapter.SaveMerged(folder.Path)).Message);
            Assert.True(Logits(model).Equals(tuned));
            return;
        }
        adapter.SaveMerged(folder.Path);
        using (var merged = CausalLm.Load(folder.Path)) Logits(merged).AssertClose(tuned.to(float64), 1e-5);
        if (adapter is not Adapter one) return;
        one.Merge();
        Logits(model).AssertClose(tuned.to(float64), 1e-5);
        Assert.Equal(whole, Written(model, useCache: true));
        one.Unmerge();
        Assert.True(Logits(model).Equals(tuned));
    }

    /// <summary>A run of one of the <see cref="Cases"/>.</summary>
    internal static AdapterRun Run(string name, Func<RunSpec, RunSpec>? change = null) =>
        new(Choice(name)) { Quantize = name.Split(" on ") is [_, var way] ? way : "none", Change = change ?? (spec => spec) };

    private static MethodChoice Choice(string name) => new(Method(name)) { Options = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Options[name])! };

    private static string Method(string name) => name.Split(' ')[0];

    private static Tensor Logits(CausalLm model) => model.Logits(model.Hidden(tensor(new long[] { 1, 5, 9, 2, 7, 11 }).view(2, 3), AttentionLayout.Causal(2, 3)));

    private static int[] Written(CausalLm model, bool useCache) =>
        [.. TextGenerator.Generate(model, [[1, 5, 9], [3, 4], [7, 2, 8, 12]], new() { MaxNewTokens = 6, UseCache = useCache, EosIds = [] }).SelectMany(text => text.Ids)];
}
