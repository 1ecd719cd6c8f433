using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>What every block of one forward pass shares. Hidden states are (batch·length, hidden) inside the model.</summary>
public sealed class ForwardPass
{
    public required AttentionLayout Layout { get; init; }
    public required Device Device { get; init; }
    public required ScalarType Type { get; init; }
    public KvCache? Cache { get; init; }
    /// <summary>Null outside training: nothing is dropped.</summary>
    public DropoutKey? Dropout { get; init; }

    /// <summary>What a block adds to the residual stream, with its dropout in training.</summary>
    /// <param name="site">Names the block.</param>
    public Tensor Added(Tensor x, string site) => Dropout is null ? x : Dropout.Apply(x, Dropout.Rates.Hidden, site);

    /// <summary>By layer, keys and values (key heads, n, head dim) that stand before the first column; null: none, or the cache holds them.</summary>
    public IReadOnlyList<(Tensor Keys, Tensor Values)>? Prefix { get; internal set; }
    /// <summary>n of <see cref="Prefix"/>.</summary>
    public int PrefixLength { get; init; }
    /// <summary>Whether adapters may leave a penalty (<see cref="CausalLm.TakePenalty"/>).</summary>
    public List<Tensor>? Penalties { get; internal set; }

    /// <summary>(batch or 1, length, query heads, d), the same for each head, so that elementwise loops are long; null without rotary embedding.</summary>
    public Tensor? Cos { get; private set; }
    public Tensor? Sin { get; private set; }

    /// <summary>Added to the scores, 0 or −∞: (batch, 1, length, keys). Null where <see cref="IsCausal"/> says all, or every key is seen.</summary>
    public Tensor? Mask { get; private set; }

    /// <summary>Plain causal attention, without a mask.</summary>
    public bool IsCausal => Mask is null && Layout.Past == 0 && Layout.Length > 1;

    /// <summary>Makes angles and mask in the caller's dispose scope.</summary>
    internal void Prepare(RotaryTable? rotary, int heads)
    {
        var seen = Layout.Behind(PrefixLength);
        if (rotary is not null)
        {
            var (cos, sin) = rotary.Rows(seen.PositionCount);
            (Cos, Sin) = (Angles(cos, heads), Angles(sin, heads));
        }
        Mask = Layout.Past > 0 ? Cache?.PaddingMask(Layout.Past + Layout.Length)
            : PrefixLength > 0 ? AttentionMask.Additive(seen, Type, Device).narrow(2, PrefixLength, Layout.Length)
            : Layout.Segments is null ? null : AttentionMask.Additive(Layout, Type, Device);
    }

    /// <summary>int64 (batch·length): the position of each token, those of virtual tokens before it counted.</summary>
    public Tensor PositionIds()
    {
        var row = Layout.Positions is { } given ? [.. given.Select(position => (long)position + PrefixLength)]
            : Enumerable.Range(0, Layout.Batch * Layout.Length).Select(i => (long)(i % Layout.Length) + PrefixLength).ToArray();
        return tensor(row, int64, Device);
    }

    /// <summary>The tensors that all layers read: angles and mask, where there are any.</summary>
    internal IEnumerable<Tensor> Shared() => new[] { Cos, Sin, Mask }.OfType<Tensor>();

    /// <summary>The same pass with other tensors in place of <see cref="Shared"/>, in its order.</summary>
    internal ForwardPass With(IReadOnlyList<Tensor> shared)
    {
        var (copy, at) = ((ForwardPass)MemberwiseClone(), 0);
        if (Cos is not null) (copy.Cos, copy.Sin) = (shared[at++], shared[at++]);
        if (Mask is not null) copy.Mask = shared[at];
        return copy;
    }

    /// <summary>The same pass for one layer alone, with that layer's prefix and a list of its own for penalties.</summary>
    internal ForwardPass Again(int layer, (Tensor Keys, Tensor Values)? prefix, List<Tensor>? penalties)
    {
        var copy = (ForwardPass)MemberwiseClone();
        copy.Penalties = penalties;
        if (prefix is { } own) copy.Prefix = [.. Enumerable.Repeat(own, layer + 1)];
        return copy;
    }

    /// <summary>int64 (n): the rows of (batch·length) that are no padding; null: all of them.</summary>
    public Tensor? RealTokens()
    {
        IEnumerable<int> all = Enumerable.Range(0, Layout.Batch * Layout.Length);
        if (Layout.Segments is { } segments) all = all.Where(i => segments[i] >= 0);
        else if (Layout.RowTokens is { } tokens) all = all.Where(i => i % Layout.Length < tokens[i / Layout.Length]);
        else return null;
        long[] real = [.. all.Select(i => (long)i)];
        return real.Length == Layout.Batch * Layout.Length ? null : tensor(real, int64, Device);
    }

    private Tensor Angles(Tensor rows, int heads)
    {
        var (batch, d) = (1L, rows.shape[1]);
        if (Layout.Positions is not null)
        {
            rows = rows.index_select(0, tensor(Layout.Positions.Select(position => position + PrefixLength).ToArray(), int64, Device));
            batch = Layout.Batch;
        }
        else if (PrefixLength > 0) rows = rows.narrow(0, PrefixLength, Layout.Length);
        return rows.view(batch, Layout.Length, 1, d).expand(batch, Layout.Length, heads, d).contiguous();
    }
}
