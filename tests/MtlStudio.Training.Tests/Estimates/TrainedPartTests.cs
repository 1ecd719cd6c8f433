using System.Text.Json;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;

namespace MtlStudio.Training.Tests.Estimates;

/// <summary>What the estimate counts before launch is what the trainer then trains.</summary>
public sealed class TrainedPartTests
{
    [Theory]
    [InlineData("all-linear", null, 3)]
    [InlineData("q_proj", "1-2", 8)]
    [InlineData("down_proj", null, 1)]
    public void Of_CountsWhatTheTrainerTrains_WhenLoraIsChosen(string target, string? layers, int rank)
    {
        var folder = SharedFolder.Need("data/pretrained/stories260K");
        var options = new Dictionary<string, JsonElement> { ["rank"] = JsonSerializer.SerializeToElement(rank), ["targets"] = JsonSerializer.SerializeToElement(new[] { target }) };
        if (layers is not null) options["layers"] = JsonSerializer.SerializeToElement(layers);
        var estimate = TrainedPart.Of(new MethodChoice("lora") { Options = options }, ModelShapes.Read(folder));

        using var model = CausalLm.Load(folder);
        using var lora = LoraAdapter.Attach(model, new() { Rank = rank, TargetModules = [target], Layers = layers is null ? null : LayerRange.Parse(layers, 5, "layers") }, seed: 1);
        Assert.Equal(lora.Parameters.Sum(slot => slot.Elements), estimate.Parameters);
        Assert.Equal(model.Parameters.Sum(slot => slot.Elements), estimate.Frozen);
    }
}
