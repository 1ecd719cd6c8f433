using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

public sealed class CausalLmTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_GivesTheSameModel_WhenItWasMadeAnewAndSaved(bool tied)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var folder = new TemporaryFolder();
        using var made = TinyModels.Llama(tied);
        ModelFolder.Write(made, folder.Path);
        using var loaded = CausalLm.Load(folder.Path);
        Assert.Equal(made.Config with { EosTokenIds = [], Rope = null }, loaded.Config with { EosTokenIds = [], Rope = null });
        Assert.Equal(made.Config.EosTokenIds, loaded.Config.EosTokenIds);
        Assert.Equal(tied, loaded.IsTied);
        Assert.Empty(loaded.Warnings);
        Assert.Equal(made.Parameters.Select(p => p.Name), loaded.Parameters.Select(p => p.Name));
        Assert.All(made.Parameters.Zip(loaded.Parameters), p => Assert.True(p.First.Value.Equals(p.Second.Value)));
    }

    [Fact]
    public void Create_DrawsBySeedAndName_WithTheConfigsDeviation()
    {
        using var scope = NewDisposeScope();
        using var one = TinyModels.Llama();
        using var same = TinyModels.Llama();
        using var deeper = CausalLm.Create(TinyModels.Config with { NumHiddenLayers = 3 }, 1);
        using var other = CausalLm.Create(TinyModels.Config, 2);
        var weight = one.Parameters[0].Value;
        Assert.True(weight.Equals(same.Parameters[0].Value));
        Assert.True(weight.Equals(deeper.Parameters[0].Value));
        Assert.False(weight.Equals(other.Parameters[0].Value));
        Assert.Equal(0.3, weight.std().item<float>(), 0.03);
        Assert.All(one.Parameters.Where(p => p.Name.Contains("norm")), p => Assert.True(p.Value.eq(Scalars.One).all().item<bool>()));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("dynamic")]
    [InlineData("llama3")]
    [InlineData("yarn")]
    public void Rope_ReadsTheSame_WhenWrittenAndRead(string type)
    {
        using var folder = new TemporaryFolder();
        var rope = new RopeConfig { Type = type, Theta = 500, Factor = 4, OriginalMaxPositionEmbeddings = 16, AttentionFactor = type == "yarn" ? 1.2 : null };
        using var made = CausalLm.Create(TinyModels.Config with { Rope = rope }, 1);
        ModelFolder.Write(made, folder.Path);
        Assert.Equal(rope, CausalLm.ReadConfigOf(folder.Path).Rope);
    }

    [Fact]
    public void DynamicRope_StretchesOnlyBeyondTheTrainedLength()
    {
        var rope = new RopeConfig { Type = "dynamic", Factor = 2 };
        var plain = RotaryTable.InverseFrequencies(new(), 8, 32, 32);
        Assert.Equal(plain, RotaryTable.InverseFrequencies(rope, 8, 32, 32));
        // transformers: base·(factor·length/max − (factor − 1))^(d/(d − 2))
        var longer = RotaryTable.InverseFrequencies(rope, 8, 32, 64);
        Assert.Equal(Math.Pow(10000 * Math.Pow(3, 8.0 / 6), -0.25), longer[1], 1e-12);
        Assert.Equal(1, longer[0]);
    }

    [Fact]
    public void Generate_GivesTheSameTextWithAndWithoutCache_WhenTheAnglesChangeOnTheWay()
    {
        using var model = CausalLm.Create(TinyModels.Config with { Rope = new() { Type = "dynamic", Factor = 2 } }, 1);
        var options = new DecodingOptions { MaxNewTokens = 20 };
        int[][] prompts = [[.. Enumerable.Range(0, 25).Select(i => i % 20)], [3, 4]];
        var cached = TextGenerator.Generate(model, prompts, options, cancellation: TestContext.Current.CancellationToken);
        var plain = TextGenerator.Generate(model, prompts, options with { UseCache = false }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(plain.Select(t => t.Ids), cached.Select(t => t.Ids));
        Assert.Equal((0, 33), (model.PositionBasis(32), model.PositionBasis(33)));
    }

    [Fact]
    public void Hidden_LeavesNoTensorBehind_InForwardBackwardAndDecoding()
    {
        using var model = TinyModels.Llama();
        using var lora = LoraAdapter.Attach(model, new() { Rank = 2, Dropout = 0.1, TargetModules = [LoraOptions.AllLinear] }, 1);
        foreach (var slot in lora.Parameters) slot.Value.requires_grad_();
        Train(); // first use fills the rotary table and the gradients
        Decode();
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            Train();
            Decode();
        }
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Train()
        {
            using var scope = NewDisposeScope();
            var ids = tensor(new long[] { 1, 5, 9, 2, 7, 11, 3, 3 }).view(2, 4);
            var labels = LabelPositions.Of([1, 5, 9, 2, 7, 11, 3, 3], 2, 4);
            var hidden = model.Hidden(ids, AttentionLayout.Packed([[2, 2], [3]], 4), dropout: new(1, 0, 0, 0));
            TokenLoss.Sum(model, hidden, labels).backward();
            foreach (var slot in lora.Parameters) slot.Value.grad = null;
        }

        void Decode()
        {
            TextGenerator.Generate(model, [[1, 2, 3], [4]], new() { MaxNewTokens = 6, EosIds = [5, 6, 7, 8, 9] }, cancellation: TestContext.Current.CancellationToken);
            ContinuationScorer.Score(model, [[1, 2], [3]], [[[4, 5], [6]], [[7]]], cancellation: TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Gradients_StopAtTheFirstTrainedLayer_AndFrozenParametersGetNone()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        using var lora = LoraAdapter.Attach(model, new() { TargetModules = ["q_proj"], Layers = [1] }, 1);
        foreach (var slot in lora.Parameters) slot.Value.requires_grad_();
        var asked = new List<bool>();
        var hidden = model.Hidden(tensor(new long[] { 1, 2, 3 }).view(1, 3), AttentionLayout.Causal(1, 3), onLayerInput: (_, x) => asked.Add(x.requires_grad));
        Assert.Equal([false, false], asked);
        TokenLoss.Sum(model, hidden, LabelPositions.Of([1, 2, 3], 1, 3)).backward();
        Assert.All(model.Parameters, p => Assert.Null(p.Value.grad));
        Assert.All(lora.Parameters, p => Assert.NotNull(p.Value.grad));
    }

    [Fact]
    public void Bind_PutsAnotherTensorInPlace_AndRefusesAnotherShapeOrATiedSlot()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama(tied: true);
        var slot = model.Parameters.Single(p => p.Name == "model.norm.weight");
        var ids = tensor(new long[] { 1, 2 }).view(1, 2);
        using var frozen = no_grad();
        var before = model.Hidden(ids, AttentionLayout.Causal(1, 2));
        slot.Bind(full([16], Scalars.Of(2.0), ScalarType.Float32));
        Assert.True(model.Hidden(ids, AttentionLayout.Causal(1, 2)).Equals(before.mul(Scalars.Two)));
        Assert.Throws<ArgumentException>(() => slot.Bind(ones(15)));
        Assert.Throws<InvalidOperationException>(() => model.Head.Weight.Bind(ones(24, 16)));
        Assert.DoesNotContain(model.Parameters, p => p.Name == "lm_head.weight");
    }

    [Fact]
    public void Loss_IsZeroWithoutAGraph_WhenNothingCounts()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        var hidden = model.Hidden(tensor(new long[] { 1, 2 }).view(1, 2), AttentionLayout.Causal(1, 2));
        var labels = LabelPositions.Of([5, -100], 1, 2);
        Assert.Equal(0, labels.Count);
        Assert.Equal(0, TokenLoss.Sum(model, hidden, labels).item<float>());
        Assert.Equal([0f], TokenLoss.PerExample(model, hidden, labels).data<float>().ToArray());
    }

    [Fact]
    public void Loss_IsTheSame_WhenEvaluationComputesTheLogitsInParts()
    {
        using var scope = NewDisposeScope();
        // 2^20 tokens in the vocabulary: sixteen rows of logits at once
        using var model = CausalLm.Create(TinyModels.Config with { VocabSize = 1 << 20, HiddenSize = 4, NumAttentionHeads = 1, NumKeyValueHeads = 1, NumHiddenLayers = 1 }, 1);
        var ids = arange(Scalars.One, Scalars.Of(20), Scalars.One, ScalarType.Int64).view(1, 19);
        var labels = LabelPositions.Of(ids.data<long>().ToArray(), 1, 19);
        var hidden = model.Hidden(ids, AttentionLayout.Causal(1, 19));
        var whole = TokenLoss.PerToken(model, hidden, labels);
        using var frozen = no_grad();
        TokenLoss.PerToken(model, hidden, labels).AssertClose(whole.to(float64), 1e-5);
    }

    [Fact]
    public void Load_RefusesAnAbsurdLayerCount_BeforeBuildingIt()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Llama();
        ModelFolder.Write(model, folder.Path);
        File.WriteAllText(folder.File("config.json"), File.ReadAllText(folder.File("config.json")).Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000"));
        var fault = Assert.Throws<InvalidInputException>(() => CausalLm.Load(folder.Path));
        Assert.Equal("config.json:num_hidden_layers", Assert.Single(fault.Errors).Field);
    }
}
