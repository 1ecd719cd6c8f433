using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MtlStudio.Core.Datasets;

/// <summary>Counts the values of one column.</summary>
internal sealed class ColumnCounter(string column)
{
    // Values longer than what is shown are kept as their beginning, told apart by a hash of the whole.
    private readonly Dictionary<(string Shown, UInt128 Hash), int> counts = [];
    private int rows;
    private int empty;
    private int json;
    private bool capped;
    private int minLength = int.MaxValue;
    private int maxLength;
    private long lengths;

    public void Add(Row row)
    {
        rows++;
        row.TryGet(column, out var cell);
        if (cell.Text is not { Length: > 0 } text)
        {
            empty++;
            return;
        }
        if (cell.IsJson) json++;
        var length = CodePoints(text);
        (minLength, maxLength, lengths) = (Math.Min(minLength, length), Math.Max(maxLength, length), lengths + length);
        Count(Key(text));
    }

    public ColumnStatistics Result() => new()
    {
        Column = column,
        Rows = rows,
        Empty = empty,
        Json = json,
        Distinct = counts.Count,
        DistinctCapped = capped,
        MinLength = rows > empty ? minLength : 0,
        MeanLength = rows > empty ? (double)lengths / (rows - empty) : 0,
        MaxLength = maxLength,
        Frequent = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Shown, StringComparer.Ordinal).ThenBy(pair => pair.Key.Hash)
            .Take(DatasetStatistics.FrequentCap).Select(pair => new ValueCount(pair.Key.Shown, pair.Value))],
    };

    private void Count((string Shown, UInt128 Hash) key)
    {
        if (counts.Count < DatasetStatistics.DistinctCap)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
            return;
        }
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, key);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count)) capped = true;
        else count++;
    }

    private static (string, UInt128) Key(string text)
    {
        if (text.Length <= DatasetStatistics.ValueLength) return (text, 0);
        var cut = char.IsHighSurrogate(text[DatasetStatistics.ValueLength - 1]) ? DatasetStatistics.ValueLength - 1 : DatasetStatistics.ValueLength;
        var hash = SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()));
        return (text[..cut] + "…", BitConverter.ToUInt128(hash));
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var c in text)
            if (char.IsLowSurrogate(c)) count--;
        return count;
    }
}
