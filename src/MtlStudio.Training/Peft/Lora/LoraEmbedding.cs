using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>LoRA on a table of embeddings: row i + scaling·(column i of A)ᵀ·Bᵀ. It acts on the input side only, also where the head is tied.</summary>
internal sealed class LoraEmbedding(CausalLm model, TokenEmbedding table, int rank, double scaling) : IAdapterPart, IEmbeddingAdapter, IScaled
{
    /// <summary>(r, vocabulary)</summary>
    public ParameterSlot A { get; } = new($"{table.Name}.lora_embedding_A", [rank, table.Weight.Shape[0]], ParameterStart.Zeros);
    /// <summary>(hidden, r)</summary>
    public ParameterSlot B { get; } = new($"{table.Name}.lora_embedding_B", [table.Weight.Shape[1], rank]);
    public string Module => table.Name;
    public double Scaling { get; } = scaling;
    public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(A), AdapterTensor.Of(B)];

    /// <summary>As PEFT: A zero, B standard normal.</summary>
    public void Start(long seed)
    {
        A.Constant(model, 0);
        B.Normal(model, 1, seed);
    }

    public void PutOn()
    {
        if (table.Adapter is not null) throw new InvalidOperationException($"{table.Name} has an adapter already: dispose that one first");
        table.Adapter = this;
    }

    public void TakeOff()
    {
        if (ReferenceEquals(table.Adapter, this)) table.Adapter = null;
    }

    public Tensor Forward(TokenEmbedding table, Tensor ids, ForwardPass pass) =>
        table.Base(ids).add(A.Value.index_select(1, ids).t().mm(B.Value.t()), Scalars.Of(Scaling));

    public void Merge(MergedWeights weights)
    {
        weights.Untie(table.Weight);
        weights[table.Weight] = weights[table.Weight].add(B.Value.mm(A.Value).t(), Scalars.Of(Scaling));
    }
}
