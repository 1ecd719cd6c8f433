using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

/// <summary>The figures of transformers on a tiny random Qwen2 checkpoint (goldens/hf/qwen2), in float32.</summary>
public sealed class Qwen2GoldenTests
{
    [Fact]
    public void Hidden_EqualsTheReference_WhenRowsAreUnpadded()
    {
        var golden = Golden.Hf("qwen2");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var forward = golden["forward"];
        var ids = forward.GetProperty("input_ids").Ids();
        var hidden = model.Hidden(ids, AttentionLayout.Causal((int)ids.shape[0], (int)ids.shape[1]));
        model.Logits(hidden).AssertClose(golden.Tensor(forward.GetProperty("logits")), 1e-4);
        Assert.Empty(model.Warnings);
    }
}
