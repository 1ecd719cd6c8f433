using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

/// <summary>The figures of transformers on tiny random Llama checkpoints (goldens/hf), in float32.</summary>
public sealed class LlamaGoldenTests
{
    public static TheoryData<string> Folders => ["llama", "llama-sharded", "llama-tied-linear", "llama-tied-yarn-bf16"];

    [Theory, MemberData(nameof(Folders))]
    public void Logits_EqualTheReference_WhenRowsAreUnpadded(string folder)
    {
        var golden = Golden.Hf(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var forward = golden["forward"];
        var ids = forward.GetProperty("input_ids").Ids();
        var inputs = new List<Tensor>();
        var hidden = model.Hidden(ids, AttentionLayout.Causal(2, 24), onLayerInput: (_, x) => inputs.Add(x.view(2, 24, -1)[0].clone().DetachFromDisposeScope()));
        model.Logits(hidden).AssertClose(golden.Tensor(forward.GetProperty("logits")), 1e-4);
        hidden.AssertClose(golden.Tensor(forward.GetProperty("last_hidden_state")), 1e-4);
        stack([.. inputs, hidden[0]]).AssertClose(golden.Tensor(forward.GetProperty("hidden_states_row0")), 1e-4);
        Assert.Empty(model.Warnings);
    }
}
