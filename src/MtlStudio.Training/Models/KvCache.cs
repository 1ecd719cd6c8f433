using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>
/// Keys and values of every layer for the columns computed so far, for a batch that is decoded token by token: fill it
/// by a pass over the prompts (<see cref="AttentionLayout.LeftPadded"/>), then pass one token a row with <see cref="Next"/>.
/// </summary>
public sealed class KvCache(int layers, int capacity) : IDisposable
{
    private readonly Tensor?[] keys = new Tensor?[layers], values = new Tensor?[layers];
    private int[] rowTokens = [];
    private Tensor? paddingMask;

    /// <summary>Columns held.</summary>
    public int Length { get; private set; }
    /// <summary>Columns there is room for.</summary>
    public int Capacity { get; } = capacity;
    public int Batch => rowTokens.Length;

    /// <summary>The layout of the next token of each row.</summary>
    public AttentionLayout Next() => AttentionLayout.Next(Length, rowTokens);

    /// <summary>Takes keys and values (batch, heads, length, dim) of a layer's new columns; gives those of all columns, as views.</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor key, Tensor value)
    {
        var total = Length + key.shape[2];
        if (total > Capacity) throw new InvalidOperationException($"the cache has room for {Capacity} columns and was given {total}");
        return (Put(ref keys[layer], key, total), Put(ref values[layer], value, total));
    }

    private Tensor Put(ref Tensor? store, Tensor columns, long total)
    {
        store ??= empty([columns.shape[0], columns.shape[1], Capacity, columns.shape[3]], columns.dtype, columns.device).DetachFromDisposeScope();
        using (var room = store.narrow(2, Length, columns.shape[2])) room.copy_(columns);
        return store.narrow(2, 0, total);
    }

    /// <summary>Counts the columns of a finished pass.</summary>
    internal void Advance(AttentionLayout layout, ScalarType type, Device device)
    {
        if (Length == 0) Start(layout, type, device);
        else rowTokens = [.. rowTokens.Select(n => n + layout.Length)];
        Length += layout.Length;
    }

    private void Start(AttentionLayout layout, ScalarType type, Device device)
    {
        rowTokens = new int[layout.Batch];
        if (layout.Segments is null)
        {
            Array.Fill(rowTokens, layout.Length);
            return;
        }
        var mask = new float[layout.Batch * Capacity];
        for (var row = 0; row < layout.Batch; row++)
            for (var column = 0; column < layout.Length; column++)
                if (layout.Segments[row * layout.Length + column] < 0) mask[row * Capacity + column] = float.NegativeInfinity;
                else rowTokens[row]++;
        using var scope = NewDisposeScope();
        paddingMask = tensor(mask).view(layout.Batch, 1, 1, Capacity).to(type, device).DetachFromDisposeScope();
    }

    /// <summary>(batch, 1, 1, <paramref name="columns"/>), or null where no column is padding.</summary>
    internal Tensor? PaddingMask(int columns) => paddingMask?.narrow(3, 0, columns);

    /// <summary>Keeps only these rows, in this order.</summary>
    public void Keep(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows.Select(r => (long)r).ToArray());
        for (var layer = 0; layer < layers; layer++)
        {
            Select(ref keys[layer], index);
            Select(ref values[layer], index);
        }
        Select(ref paddingMask, index);
        rowTokens = [.. rows.Select(r => rowTokens[r])];
    }

    private static void Select(ref Tensor? store, Tensor rows)
    {
        if (store is null) return;
        var kept = store.index_select(0, rows.to(store.device)).DetachFromDisposeScope();
        store.Dispose();
        store = kept;
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values).Append(paddingMask)) tensor?.Dispose();
        Array.Clear(keys);
        Array.Clear(values);
        (paddingMask, rowTokens, Length) = (null, [], 0);
    }
}
