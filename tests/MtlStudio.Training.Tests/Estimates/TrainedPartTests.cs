using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Tests.Estimates;

/// <summary>What the estimate counts before launch is what the trainer then trains.</summary>
public sealed class TrainedPartTests
{
    [Theory]
    [InlineData("lora", """{"rank":3,"targets":["all-linear"]}""")]
    [InlineData("lora", """{"rank":8,"targets":["q_proj"],"layers":"1-2"}""")]
    [InlineData("lora", """{"rank":1,"targets":["down_proj","embed_tokens"]}""")]
    [InlineData("lora", """{"rank":2,"modulesToSave":["norm"],"rankPattern":{"v_proj":"4","layers.1.mlp.up_proj":"1"},"bias":"all"}""")]
    [InlineData("dora", """{"rank":4}""")]
    [InlineData("loha", """{"rank":4}""")]
    [InlineData("lokr", """{"rank":2,"decomposeBoth":true}""")]
    [InlineData("lokr", """{"rank":64,"decomposeFactor":8}""")]
    [InlineData("vera", """{"rank":16}""")]
    [InlineData("ia3", "{}")]
    [InlineData("bottleneck", """{"width":8,"places":["mlp"],"layers":"2-4"}""")]
    [InlineData("prefix", """{"tokens":5}""")]
    [InlineData("prefix", """{"tokens":5,"projection":true,"width":12}""")]
    [InlineData("prompt", """{"tokens":6}""")]
    [InlineData("p-tuning", """{"tokens":6,"width":20}""")]
    [InlineData("p-tuning", """{"tokens":6,"width":20,"encoder":"lstm","lstmLayers":3}""")]
    [InlineData("layers", """{"layers":"3-4"}""")]
    [InlineData("layers", """{"layers":"0","modules":["mlp.down_proj","input_layernorm"],"finalNorm":false,"embeddings":true}""")]
    [InlineData("full", "{}")]
    [InlineData("lora", """{"rank":3,"sharing":"task"}""")]
    [InlineData("lora", """{"rank":3,"sharing":"shared+group"}""")]
    [InlineData("prompt", """{"tokens":4,"sharing":"group"}""")]
    [InlineData("layers", """{"layers":"3-4","sharing":"shared+task"}""")]
    [InlineData("mtl-lora", """{"rank":4,"heads":3}""")]
    [InlineData("hydra-lora", """{"rank":4,"heads":3}""")]
    [InlineData("mo-lora", """{"rank":4,"experts":5}""")]
    public void Of_CountsWhatTheTrainerTrains(string method, string options)
    {
        var folder = SharedFolder.Need("data/pretrained/stories260K");
        var peft = new MethodChoice(method) { Options = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options)! };
        TaskSpec[] tasks = [new() { Name = "a" }, new() { Name = "b", Group = "g" }, new() { Name = "c", Group = "g" }];
        var estimate = TrainedPart.Of(peft, ModelShapes.Read(folder), tasks);
        using var model = CausalLm.Load(folder);
        using var tuning = FineTunings.Create(model, new() { Peft = peft, Tasks = tasks }, adapter: null);
        Assert.Equal(tuning.Parameters.Sum(slot => slot.Elements), estimate.Parameters);
        using var flat = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), TorchSharp.torch.CPU);
        Assert.Equal(flat.RowLength, estimate.RowLength);
        Assert.InRange(estimate.Frozen, method == "full" || options.Contains("shared+task") ? 0 : model.Parameters.Sum(slot => slot.Elements), long.MaxValue);
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("task")]
    [InlineData("group")]
    [InlineData("shared+group")]
    public void Of_CountsHeads_WhereTheTrainerLaysThem(string sharing)
    {
        var folder = SharedFolder.Need("data/pretrained/stories260K");
        var peft = new MethodChoice("lora") { Options = new Dictionary<string, JsonElement> { ["rank"] = JsonSerializer.SerializeToElement(2), ["sharing"] = JsonSerializer.SerializeToElement(sharing) } };
        TaskSpec[] tasks =
        [
            new() { Name = "a", Kind = TaskKinds.HeadClassification, Labels = ["x", "y", "z"] }, new() { Name = "b", Kind = TaskKinds.Regression, Group = "g" },
            new() { Name = "c", Kind = TaskKinds.Tagging, Labels = ["B", "I", "O", "P", "Q"], Group = "g" }, new() { Name = "d" },
        ];
        var estimate = TrainedPart.Of(peft, ModelShapes.Read(folder), tasks);
        using var model = CausalLm.Load(folder);
        using var tuning = HeadedFineTuning.Of(FineTunings.Create(model, new() { Peft = peft, Tasks = tasks }, adapter: null),
            [.. tasks.SkipLast(1).Select(task => new HeadPlan(task.Name, task.Kind, task.Labels))], seed: 1, start: null);
        Assert.Equal(tuning.Parameters.Sum(slot => slot.Elements), estimate.Parameters);
        using var flat = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), TorchSharp.torch.CPU);
        Assert.Equal(flat.RowLength, estimate.RowLength);
    }

    [Fact]
    public void Footprint_CountsNoVocabulary_WhereEveryTaskHasAHead()
    {
        var shapes = ModelShapes.Read(SharedFolder.Need("data/pretrained/stories260K"));
        long Logits(params TaskSpec[] tasks) => RunFootprint.Of(new() { Tasks = tasks }, shapes).Memory.Parts.Single(part => part.Name == "logits").Bytes;
        TaskSpec head = new() { Name = "a", Kind = TaskKinds.HeadClassification, Labels = ["x", "y", "z"] }, tagger = new() { Name = "b", Kind = TaskKinds.Tagging, Labels = ["B", "O"] }, text = new() { Name = "c" };
        Assert.Equal(3 * 4 * 8 * 3, Logits(head)); // three tensors of 8 answers with 3 labels
        Assert.Equal(3 * 4 * 8 * 256 * 3, Logits(head, tagger));
        Assert.Equal(3L * 4 * 8 * 256 * shapes.Vocabulary, Logits(head, text));
    }

    [Fact]
    public void Of_KnowsEveryMethodOfTheCatalog()
    {
        var shapes = ModelShapes.Read(SharedFolder.Need("data/pretrained/stories260K"));
        Assert.All(MethodCatalog.OfKind(MethodKind.Peft).Where(method => method.Name != "bitfit"), method => Assert.InRange(TrainedPart.Of(new(method.Name), shapes).Parameters, 1, shapes.Parameters * 2));
        Assert.Contains("no biases", Assert.Throws<InvalidInputException>(() => TrainedPart.Of(new("bitfit"), shapes)).Message);
    }
}
