namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>Token texts and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly string?[] _texts;

    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        _ids = new(entries, StringComparer.Ordinal);
        _spans = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _texts = new string?[_ids.Count == 0 ? 0 : _ids.Values.Max() + 1];
        foreach (var (text, id) in _ids) _texts[id] = text;
    }

    /// <summary>One more than the highest id.</summary>
    public int Size => _texts.Length;

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;

    /// <summary>The id, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> text) => _spans.TryGetValue(text, out var id) ? id : -1;

    public string? TextOf(int id) => (uint)id < (uint)_texts.Length ? _texts[id] : null;

    /// <summary>The ids of the byte tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, -1 where one is missing.</summary>
    public int[] ByteIds() => [.. Enumerable.Range(0, 256).Select(b => IdOf($"<0x{b:X2}>"))];
}
