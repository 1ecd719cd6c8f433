using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Heads;

/// <summary>
/// A task's output head: a linear layer over the hidden states after the final norm, as transformers' ForSequenceClassification and
/// ForTokenClassification have it. A sequence's state is that of its last token, or the mean over its tokens; a word's is that of its last token.
/// </summary>
public sealed class TaskHead : IDisposable
{
    private TaskHead(HeadPlan plan, ParameterSlot weight, ParameterSlot? bias) => (Plan, Weight, Bias) = (plan, weight, bias);

    public HeadPlan Plan { get; }
    /// <summary>(outputs, hidden).</summary>
    public ParameterSlot Weight { get; }
    /// <summary>(outputs); null: none.</summary>
    public ParameterSlot? Bias { get; }

    public IEnumerable<ParameterSlot> Slots => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>A head without values yet.</summary>
    internal static TaskHead Empty(HeadPlan plan, int hidden, bool bias) =>
        new(plan, new("score.weight", [plan.Outputs, hidden]), bias ? new("score.bias", [plan.Outputs], ParameterStart.Zeros) : null);

    /// <summary>The head's outputs: (answers, outputs), in at least float32.</summary>
    /// <param name="hidden">(batch, length, hidden) of <see cref="CausalLm.Hidden"/>.</param>
    /// <param name="batch">What is asked where.</param>
    /// <param name="dropout">As in the pass that gave <paramref name="hidden"/>; its hidden rate acts on what the head reads.</param>
    public Tensor Forward(Tensor hidden, HeadBatch batch, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        var read = Pooled(hidden, batch);
        if (dropout is not null) read = dropout.Apply(read, dropout.Rates.Hidden, "head");
        return functional.linear(read, Weight.Value.to(read.dtype), Bias?.Value.to(read.dtype)).MoveToOuterDisposeScope();
    }

    private static Tensor Pooled(Tensor hidden, HeadBatch batch)
    {
        var rows = hidden.reshape(-1, hidden.shape[^1]).index_select(0, tensor(batch.Index, int64, hidden.device));
        if (rows.dtype is ScalarType.BFloat16 or ScalarType.Float16) rows = rows.to(float32);
        if (batch.Index.Length == batch.Answers) return rows;
        var answer = tensor(batch.Answer, int64, hidden.device);
        var counts = zeros([batch.Answers], rows.dtype, rows.device).index_add(0, answer, ones([batch.Index.Length], rows.dtype, rows.device), Scalars.One);
        return zeros([batch.Answers, rows.shape[1]], rows.dtype, rows.device).index_add(0, answer, rows, Scalars.One).div(counts.unsqueeze(1));
    }

    public void Dispose()
    {
        foreach (var slot in Slots) slot.Dispose();
    }
}
