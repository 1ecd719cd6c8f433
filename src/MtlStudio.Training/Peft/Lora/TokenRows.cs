using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>Chosen rows of the embedding table, trained in place of the table's own; where the head is tied, they are rows of the head too.</summary>
internal sealed class TokenRows(CausalLm model, TokenEmbedding table, IReadOnlyList<long> tokens) : IAdapterPart, IEmbeddingAdapter, ILinearAdapter
{
    private readonly bool tied = model.Head.Weight.TiedTo == table.Weight;
    private ILinearAdapter? before;

    /// <summary>(tokens, hidden): the rows themselves.</summary>
    public ParameterSlot Rows { get; } = new($"{table.Name}.token_adapter.trainable_tokens_delta", [tokens.Count, table.Weight.Shape[1]]);
    public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(Rows)];

    public void Start(long seed)
    {
        using var scope = NewDisposeScope();
        Rows.Copy(model, table.Weight.Value.index_select(0, Ids()));
    }

    public void PutOn()
    {
        if (table.Adapter is not null) throw new InvalidOperationException($"{table.Name} has an adapter already: dispose that one first");
        table.Adapter = this;
        if (!tied) return;
        before = model.Head.Adapter;
        model.Head.Adapter = this;
    }

    public void TakeOff()
    {
        if (ReferenceEquals(table.Adapter, this)) table.Adapter = null;
        if (ReferenceEquals(model.Head.Adapter, this)) model.Head.Adapter = before;
    }

    public Tensor Forward(TokenEmbedding table, Tensor ids, ForwardPass pass)
    {
        var places = Enumerable.Repeat((long)tokens.Count, (int)table.Weight.Shape[0]).ToArray();
        for (var i = 0; i < tokens.Count; i++) places[tokens[i]] = i;
        var place = tensor(places, device: ids.device).index_select(0, ids); // which trained row each token is; none: the last, of zeros
        var own = place.ne(Scalars.Of(tokens.Count)).unsqueeze(-1);
        var rows = cat([Rows.Value, zeros(1, Rows.Shape[1], Rows.Value.dtype, device: ids.device)], 0).index_select(0, place);
        return where(own, rows, table.Base(ids));
    }

    public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
    {
        var logits = before is null ? layer.Base(x) : before.Forward(layer, x, pass);
        return logits.index_copy(1, Ids(), functional.linear(x, Rows.Value));
    }

    public void Merge(MergedWeights weights) => weights[table.Weight] = weights[table.Weight].index_copy(0, Ids(), Rows.Value);

    private Tensor Ids() => tensor(tokens.ToArray(), int64, model.Device);
}
