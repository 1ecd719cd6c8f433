namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Finds all vocabulary entries that a text begins with. Nodes are numbered; one hash table holds all edges.</summary>
internal sealed class TextTrie
{
    private const ulong Free = ulong.MaxValue;

    private readonly List<int> _values = [-1]; // (nodes), -1 = none
    private ulong[] _keys = new ulong[64]; // node and unit of an edge
    private int[] _targets = new int[64];
    private int _edges;

    public TextTrie() => Array.Fill(_keys, Free);

    public const int Root = 0;

    /// <summary>The last of equal texts counts.</summary>
    public void Add(ReadOnlySpan<char> text, int value)
    {
        var node = Root;
        foreach (var unit in text)
        {
            var next = Step(node, unit);
            if (next < 0)
            {
                next = _values.Count;
                _values.Add(-1);
                if (++_edges * 2 > _keys.Length) Grow();
                var slot = Slot(Key(node, unit));
                (_keys[slot], _targets[slot]) = (Key(node, unit), next);
            }
            node = next;
        }
        _values[node] = value;
    }

    /// <summary>The node that <paramref name="unit"/> leads to, or -1.</summary>
    public int Step(int node, char unit)
    {
        var slot = Slot(Key(node, unit));
        return _keys[slot] == Free ? -1 : _targets[slot];
    }

    /// <summary>The value of the text that ends in a node, or -1.</summary>
    public int ValueOf(int node) => _values[node];

    private static ulong Key(int node, char unit) => (ulong)(uint)node << 16 | unit;

    private int Slot(ulong key)
    {
        var slot = (int)(key * 0x9E3779B97F4A7C15 >> 32) & _keys.Length - 1;
        while (_keys[slot] != key && _keys[slot] != Free) slot = slot + 1 & _keys.Length - 1;
        return slot;
    }

    private void Grow()
    {
        var (keys, targets) = (_keys, _targets);
        _keys = new ulong[keys.Length * 2];
        _targets = new int[keys.Length * 2];
        Array.Fill(_keys, Free);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == Free) continue;
            var slot = Slot(keys[i]);
            (_keys[slot], _targets[slot]) = (keys[i], targets[i]);
        }
    }
}
