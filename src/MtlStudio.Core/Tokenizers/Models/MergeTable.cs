namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Which two symbols merge to which, and how early: open addressing, read-only once built.</summary>
internal sealed class MergeTable
{
    private const ulong Free = ulong.MaxValue;

    private readonly ulong[] _keys;
    private readonly int[] _ranks;
    private readonly int[] _results;
    private readonly int _shift;

    public MergeTable(IReadOnlyCollection<(int Left, int Right, int Rank, int Result)> merges)
    {
        var bits = 4;
        while (1 << bits < merges.Count * 2) bits++;
        _shift = 64 - bits;
        _keys = new ulong[1 << bits];
        _ranks = new int[1 << bits];
        _results = new int[1 << bits];
        Array.Fill(_keys, Free);
        foreach (var (left, right, rank, result) in merges)
        {
            var slot = Slot(Key(left, right));
            // Of equal pairs the last one counts, as in a dictionary.
            _keys[slot] = Key(left, right);
            _ranks[slot] = rank;
            _results[slot] = result;
        }
    }

    /// <summary>The rank (lowest merges first) or int.MaxValue where the pair doesn't merge.</summary>
    public int Rank(int left, int right, out int result)
    {
        var slot = Slot(Key(left, right));
        result = _results[slot];
        return _keys[slot] == Free ? int.MaxValue : _ranks[slot];
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private int Slot(ulong key)
    {
        var slot = (int)(key * 0x9E3779B97F4A7C15 >> _shift);
        while (_keys[slot] != key && _keys[slot] != Free) slot = slot + 1 & _keys.Length - 1;
        return slot;
    }
}
