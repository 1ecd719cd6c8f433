using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

public sealed class LoraAdapterTests
{
    [Fact]
    public void Attach_ChangesNoLogit_AndDrawsTheSameAForTheSameSeed()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModels.Llama();
        var before = Logits(model);
        using (var lora = LoraAdapter.Attach(model, new() { Rank = 4, TargetModules = [LoraOptions.AllLinear] }, seed: 3))
        {
            Assert.Equal(2 * 7 * 2, lora.Parameters.Count);
            Assert.Equal(lora.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal), lora.Parameters.Select(p => p.Name));
            Assert.True(Logits(model).Equals(before));
            var a = lora.Parameters.Single(p => p.Name == "model.layers.1.mlp.down_proj.lora_A.weight").Value;
            var bound = 1 / Math.Sqrt(a.shape[1]);
            Assert.InRange(a.abs().max().item<float>(), 0.9 * bound, bound);
            using var other = TinyModels.Llama();
            // the same seed, and fewer targets beside it: the same draw
            using var same = LoraAdapter.Attach(other, new() { Rank = 4, TargetModules = ["down_proj"], Layers = [1] }, seed: 3);
            Assert.True(same.Parameters[0].Value.Equals(a));
            lora.Parameters[1].Value.fill_(Scalars.Of(0.5));
            Assert.False(Logits(model).Equals(before));
        }
        Assert.True(Logits(model).Equals(before)); // taken off
    }

    [Fact]
    public void Attach_ListsWhatWouldFit_WhenATargetFitsNothing()
    {
        using var model = TinyModels.Llama();
        var fault = Assert.Throws<InvalidInputException>(() => LoraAdapter.Attach(model, new() { Rank = 0, Alpha = -1, Dropout = 1, TargetModules = ["query", "q_proj"], Layers = [0, 2] }, 1));
        Assert.Equal(["rank", "alpha", "dropout", "layers", "targetModules"], fault.Errors.Select(e => e.Field));
        Assert.Contains("\"query\" is no linear layer of this model: there are down_proj, embed_tokens, gate_proj, k_proj, lm_head, o_proj, q_proj, up_proj, v_proj", fault.Message);
        Assert.Contains("layers 0 to 1", fault.Message);
        Assert.Throws<InvalidInputException>(() => LoraAdapter.Attach(model, new() { TargetModules = [] }, 1));
    }

    [Fact]
    public void Load_RestoresWhatWasSaved_WithItsOptions()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModels.Llama();
        using var folder = new TemporaryFolder();
        var options = new LoraOptions { Rank = 3, Alpha = 7, Dropout = 0.1, TargetModules = ["v_proj", "o_proj"], Layers = [1], RankStabilized = true, RankPattern = [new("o_proj", 2)] };
        Tensor expected;
        using (var lora = LoraAdapter.Attach(model, options, 5))
        {
            foreach (var slot in lora.Parameters) slot.Value.normal_(generator: new Generator(4));
            expected = Logits(model);
            lora.Save(folder.Path, "base/tiny");
        }
        using var loaded = Adapter.Load(model, folder.Path);
        Assert.True(Logits(model).Equals(expected));
        var config = loaded.Config;
        Assert.Equal((3, 7.0, 0.1, true), ((int)config["r"]!, (double)config["lora_alpha"]!, (double)config["lora_dropout"]!, (bool)config["use_rslora"]!));
        Assert.Equal(["o_proj", "v_proj"], config["target_modules"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(2.0, (double)config["rank_pattern"]!["o_proj"]!);
        Assert.Equal([1], config["layers_to_transform"]!.AsArray().Select(layer => (int)layer!));
        Assert.Contains("\"base_model_name_or_path\": \"base/tiny\"", File.ReadAllText(folder.File("adapter_config.json")));
    }

    [Fact]
    public void Load_NamesTheKindsItReads_WhenTheFolderIsOfAnother()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Llama();
        using (var lora = LoraAdapter.Attach(model, new() { Rank = 2 }, 1)) lora.Save(folder.Path);
        void Refused(string from, string to, string named)
        {
            var config = File.ReadAllText(folder.File("adapter_config.json"));
            Assert.Contains(from, config);
            File.WriteAllText(folder.File("adapter_config.json"), config.Replace(from, to));
            Assert.Contains(named, Assert.Throws<InvalidInputException>(() => Adapter.Load(model, folder.Path)).Message);
            File.WriteAllText(folder.File("adapter_config.json"), config);
        }
        Refused("\"LORA\"", "\"BOFT\"", "\"BOFT\" is not supported: supported are ADALORA, BOTTLENECK");
        Refused("\"bias\": \"none\"", "\"bias\": \"some\"", "bias");
        Refused("\"use_dora\": false", "\"use_qalora\": true", "use_qalora");
        Refused("\"q_proj\"", "\"w_proj\"", "\"w_proj\" is no linear layer of this model");
        Assert.All(model.Linears, l => Assert.Null(l.Adapter));
    }

    [Fact]
    public void Attach_NamesRankPatternsAndModules_WhenTheyDoNotFit()
    {
        using var model = TinyModels.Llama();
        string Fault(LoraOptions options) => Assert.Throws<InvalidInputException>(() => LoraAdapter.Attach(model, options, 1)).Message;
        Assert.Contains("Rank 17 is over the dimension of model.layers.0.self_attn.q_proj: give at most 16", Fault(new() { Rank = 17, TargetModules = ["q_proj"] }));
        Assert.Contains("\"up\" fits none of the adapted modules: they end with q_proj, v_proj", Fault(new() { Rank = 2, RankPattern = [new("up", 3)] }));
        Assert.Contains("The rank of \"q_proj\" must be a whole number from 1 (you gave 2.5)", Fault(new() { Rank = 2, RankPattern = [new("q_proj", 2.5)] }));
        Assert.Contains("\"classifier\" is no module of this model with weights: there are", Fault(new() { Rank = 2, ModulesToSave = ["classifier"] }));
        Assert.Contains("DoRA is for linear layers", Fault(new() { Rank = 2, TargetModules = ["embed_tokens"], Dora = true }));
    }

    [Fact]
    public void Load_NamesEachTensor_WhenTheBaseIsAnother()
    {
        var folder = MtlStudio.Testing.SharedFolder.Need("goldens/peft/adapters/lora_qv");
        using var model = TinyModels.Llama();
        var fault = Assert.Throws<InvalidInputException>(() => Adapter.Load(model, folder));
        Assert.Contains("model.layers.0.self_attn.q_proj.lora_A.weight has shape [4, 64] and must have [4, 16]", fault.Message);
        Assert.Equal(8, fault.Errors.Count);
    }

    [Fact]
    public void Dropout_DropsByKey_AndOnlyInTraining()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModels.Llama();
        using var lora = LoraAdapter.Attach(model, new() { Rank = 4, Dropout = 0.5, TargetModules = ["q_proj", "lm_head"] }, 1);
        foreach (var slot in lora.Parameters) slot.Value.normal_(generator: new Generator(4));
        var key = new DropoutKey(1, 2, 3, 4);
        Assert.True(Logits(model, key).Equals(Logits(model, new(1, 2, 3, 4))));
        foreach (var other in new[] { null, key with { Seed = 9 }, key with { Step = 9 }, key with { Task = 9 }, key with { MicroBatch = 9 } })
            Assert.False(Logits(model, key).Equals(Logits(model, other)));
    }

    [Fact]
    public void Dropout_KeepsTheMean_AndTheShareAsked()
    {
        using var scope = NewDisposeScope();
        var dropped = new DropoutKey(1, 0, 0, 0).Apply(ones(1000, 100), 0.2, "site");
        Assert.Equal(1, dropped.mean().item<float>(), 0.01);
        Assert.Equal(0.2, dropped.eq(Scalars.Of(0)).to(float32).mean().item<float>(), 0.01);
        Assert.Equal(1.25f, dropped.max().item<float>(), 1e-6f);
        Assert.False(dropped.Equals(new DropoutKey(1, 0, 0, 0).Apply(ones(1000, 100), 0.2, "another")));
    }

    [Fact]
    public void SaveMerged_EndsTheTie_WhenTheHeadIsAdapted()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Llama(tied: true);
        using var lora = LoraAdapter.Attach(model, new() { Rank = 4, TargetModules = ["lm_head", "q_proj"] }, 1);
        foreach (var slot in lora.Parameters) slot.Value.normal_(generator: new Generator(4));
        lora.SaveMerged(folder.Path);
        using var merged = CausalLm.Load(folder.Path);
        Assert.False(merged.IsTied);
        Assert.Empty(merged.Warnings);
        Logits(merged).AssertClose(Logits(model).to(float64), 1e-4);
    }

    private static Tensor Logits(CausalLm model, DropoutKey? dropout = null) =>
        model.Logits(model.Hidden(tensor(new long[] { 1, 5, 9, 2, 7, 11 }).view(2, 3), AttentionLayout.Causal(2, 3), dropout: dropout), dropout);
}
