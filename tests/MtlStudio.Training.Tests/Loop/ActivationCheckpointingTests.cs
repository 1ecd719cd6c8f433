using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Tests.Peft;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

public sealed class ActivationCheckpointingTests
{
    /// <summary>Every adapter of the walk, with the dropout it has and that of the model.</summary>
    public static TheoryData<string> Cases => AdapterWalkTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_GivesTheSameBits_WithAndWithoutIt(string name)
    {
        Assert.True(Values(name, "none").SequenceEqual(Values(name, "all")));
    }

    [Fact]
    public void Training_GivesTheSameBits_WhenEveryOtherLayerIsCheckpointed() => Assert.True(Values("full", "none").SequenceEqual(Values("full", "alternate")));

    [Fact]
    public void Backward_ThrowsWhatFailedWithinIt_AndTheNextOneIsSound()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Llama();
        model.Checkpointing = ActivationCheckpointing.All;
        foreach (var slot in model.Parameters) slot.Value.requires_grad_();
        var (fails, calls) = (true, 0);
        model.Linears[^2].Adapter = new Failing(() => fails && ++calls == 2); // the last layer's, when it is computed again
        Pass(model).backward();
        Assert.Equal("no room", Assert.Throws<InsufficientMemoryException>(BackwardFaults.ThrowIfAny).Message);
        fails = false;
        foreach (var slot in model.Parameters) slot.Value.grad = null;
        Pass(model).backward();
        BackwardFaults.ThrowIfAny();
        Assert.True(model.Slots["model.layers.0.mlp.up_proj.weight"].Value.grad!.abs().sum().item<float>() > 0);
    }

    private static Tensor Pass(CausalLm model) => model.Hidden(tensor(new long[] { 1, 5, 9, 2, 7, 11 }).view(2, 3), AttentionLayout.Causal(2, 3)).pow(Scalars.Two).sum();

    private static byte[] Values(string name, string checkpointing)
    {
        using var run = AdapterWalkTests.Run(name, spec => spec with
        {
            Training = spec.Training with { Steps = 2, MicroBatch = 3, Batching = "packed", ActivationCheckpointing = checkpointing },
            Regularization = new() { HiddenDropout = 0.2, EmbeddingDropout = 0.1, AttentionDropout = 0.1 },
            Checkpoints = new() { Every = 0 },
        });
        run.Train();
        return [.. Directory.EnumerateFiles(run.Folder.Checkpoint(2), "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
    }

    private sealed class Failing(Func<bool> fails) : ILinearAdapter
    {
        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass) => fails() ? throw new InsufficientMemoryException("no room") : layer.Base(x);
    }
}
