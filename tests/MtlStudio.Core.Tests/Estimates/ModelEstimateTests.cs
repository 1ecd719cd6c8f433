using System.Text.Json;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Estimates;

/// <summary>Estimates for stories260K (260,032 parameters: hidden 64, MLP 172, 5 layers, 8 heads with 4 key heads, vocabulary 512, tied), counted by hand.</summary>
public sealed class ModelEstimateTests
{
    private static ModelShapes Stories => ModelShapes.Read(SharedFolder.Need("data/pretrained/stories260K"));

    [Fact]
    public void Read_FindsShapesAndDimensions_WhenTheCheckpointIsReal()
    {
        var model = Stories;
        Assert.Equal(260_032, model.Parameters);
        Assert.Equal((64, 172, 5, 64, 512), (model.Hidden, model.Intermediate, model.Layers, model.Queries, model.Vocabulary));
        Assert.Equal([64L, 172L], model.Tensors.Single(tensor => tensor.Name == "model.layers.3.mlp.down_proj.weight").Shape);
        Assert.Equal(3, model.Tensors.Single(tensor => tensor.Name == "model.layers.3.mlp.down_proj.weight").Layer);
        Assert.Null(model.Tensors.Single(tensor => tensor.Name == "model.embed_tokens.weight").Layer);
    }

    [Theory]
    [InlineData("hf/llama-sharded")]
    [InlineData("hf/llama-tied-linear")]
    [InlineData("hf/gpt2")]
    public void Read_FindsDimensions_WhenFoldersDiffer(string folder)
    {
        var path = Directory.EnumerateFiles(SharedFolder.Need($"goldens/{folder}"), "config.json", SearchOption.AllDirectories).First();
        var model = ModelShapes.Read(Path.GetDirectoryName(path)!);
        Assert.True(model.Parameters > 0 && model.Layers > 0 && model.Vocabulary > 0);
        Assert.Equal(model.Layers, model.Tensors.Max(tensor => tensor.Layer) + 1);
    }

    // q 64+64, k and v 32+64 each, o 64+64, three of 64+172: 1,156 a layer and rank.
    [Theory]
    [InlineData("full", "{}", 260_032, 0, 0, 0)]
    [InlineData("lora", "{}", 1_156 * 8 * 5, 260_032, 0, 7 * 8 * 5)]
    [InlineData("lora", """{"rank":2,"layers":"1,3-4"}""", 1_156 * 2 * 3, 260_032, 1, 7 * 2 * 3)]
    [InlineData("lora", """{"rank":4,"targets":["q_proj","v_proj"]}""", (128 + 96) * 4 * 5, 260_032, 0, 2 * 4 * 5)]
    [InlineData("lora", """{"rank":4,"targets":["all-linear"],"layers":"4"}""", 1_156 * 4, 260_032, 4, 7 * 4)]
    public void TrainedPart_CountsParameters_WhenTheMethodIsChosen(string name, string options, long trained, long frozen, int firstLayer, long ranks)
    {
        var part = TrainedPart.Of(new(name) { Options = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options)! }, Stories);
        Assert.Equal((trained, frozen, firstLayer, ranks, name == "full"), (part.Parameters, part.Frozen, part.FirstLayer, part.Ranks, part.IsFull));
    }

    [Theory]
    [InlineData("""{"targets":["c_attn"]}""", "peft.options.targets", "down_proj, gate_proj, k_proj")]
    [InlineData("""{"layers":"3-5"}""", "peft.options.layers", "the model has layers 0 to 4")]
    [InlineData("""{"layers":"2-1"}""", "peft.options.layers", "\"2-1\"")]
    [InlineData("""{"layers":"a"}""", "peft.options.layers", "\"a\"")]
    public void TrainedPart_NamesTheField_WhenNothingFits(string options, string field, string message)
    {
        var choice = new MethodChoice("lora") { Options = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options)! };
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => TrainedPart.Of(choice, Stories)).Errors);
        Assert.Equal(field, error.Field);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_CountsEachPart_WhenAStepIsGiven()
    {
        var model = Stories;
        var lora = TrainedPart.Of(new("lora"), model);
        var parts = MemoryEstimate.Of(model, lora, new(MicroBatch: 8, Length: 128, AnswerTokens: 16, GradientRows: 4)).Parts.ToDictionary(part => part.Name, part => part.Bytes);
        Assert.Equal(4 * 260_032, parts["weights"]);
        Assert.Equal(4 * 46_240, parts["trained"]);
        Assert.Equal(4 * 46_240 * 5, parts["gradients"]); // four tasks and the combined one
        Assert.Equal(4 * 46_240 * 2, parts["optimizer"]);
        Assert.Equal(4 * 46_240 * 3, parts["checkpoint"]); // the trained values and the optimizer's two
        Assert.Equal(4L * 8 * 128 * (5 * (4 * 64 + 5 * 64 + 4 * 172) + 7 * 8 * 5 + 2 * 64 + 3 * 172), parts["activations"]);
        Assert.Equal(4 * 3 * 8 * 16 * 512, parts["logits"]);
        Assert.Equal(8 * 4 * 46_240, parts["workspace"]);
    }

    [Fact]
    public void Memory_Falls_WhenLessIsTrained()
    {
        var model = Stories;
        long Bytes(string name, string layers, int rows) => MemoryEstimate.Of(model,
            TrainedPart.Of(new(name) { Options = layers.Length > 0 ? new Dictionary<string, JsonElement> { ["layers"] = JsonSerializer.SerializeToElement(layers) } : [] }, model), new(8, 128, 128, rows)).Bytes;
        Assert.True(Bytes("full", "", 4) > Bytes("full", "", 1));
        Assert.True(Bytes("full", "", 1) > Bytes("lora", "", 1));
        Assert.True(Bytes("lora", "", 1) > Bytes("lora", "4", 1));
    }

    [Fact]
    public void Cost_IsThatOfTheMatrixProducts_WhenAStepIsGiven()
    {
        var model = Stories;
        // A layer's matrices: q and o 4,096 each, k and v 2,048 each, three of 11,008.
        var layer = 2.0 * (2 * 4_096 + 2 * 2_048 + 3 * 11_008);
        var (tokens, attention, head) = (2 * 32.0, 2.0 * 64 * 32, 2.0 * 64 * 512 * 2 * 8);
        var full = StepCost.OfMicroBatch(model, TrainedPart.Of(new("full"), model), new(2, 32, 8, 1));
        Assert.Equal(3 * (5 * tokens * (layer + attention) + head), full, 1.0);
        var last = TrainedPart.Of(new("lora") { Options = new Dictionary<string, JsonElement> { ["layers"] = JsonSerializer.SerializeToElement("4") } }, model);
        Assert.Equal(6 * tokens * (layer + attention) + 2 * head + tokens * 6 * last.Parameters, StepCost.OfMicroBatch(model, last, new(2, 32, 8, 1)), 1.0);
    }

    [Fact]
    public void Seconds_FollowsTheMeasuredRun_WhenTheCostIsTwiceAsHigh()
    {
        var rate = TimeEstimate.Rate(microBatchCost: 1e9, microBatches: 400, seconds: 20);
        Assert.Equal(20, TimeEstimate.Seconds(1e9, 400, rate), 1e-9);
        Assert.Equal(100, TimeEstimate.Seconds(2e9, 1_000, rate), 1e-9);
    }

    [Fact]
    public void Read_SaysWhatIsMissing_WhenTheFolderIsNoModel()
    {
        var folder = Directory.CreateTempSubdirectory("mtl-test-").FullName;
        try
        {
            Check("config.json", "is not in");
            File.WriteAllText(Path.Combine(folder, "config.json"), """{"hidden_size":64,"num_attention_heads":8,"vocab_size":512}""");
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), "short");
            Check("config.json", "num_hidden_layers");
            File.WriteAllText(Path.Combine(folder, "config.json"), """{"hidden_size":64,"num_attention_heads":8,"vocab_size":512,"num_hidden_layers":5}""");
            Check("model.safetensors", "a safetensors file at least 8");
            File.Delete(Path.Combine(folder, "model.safetensors"));
            Check("model.safetensors.index.json", "is not in");
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), """{"weight_map":{"a":"one.safetensors"}}""");
            Check("one.safetensors", "the index names it");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Check(string field, string message)
        {
            var error = Assert.Single(Assert.Throws<InvalidInputException>(() => ModelShapes.Read(folder)).Errors);
            Assert.Equal(field, error.Field);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
