using System.Runtime.InteropServices;

namespace MtlStudio.Core.Tokenizers;

/// <summary>Decodes tokens as they are generated. Text is given out once it is whole: what ends in a broken character waits for
/// the next token.</summary>
public sealed class StreamDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly List<int> _ids = []; // the window that is decoded again
    private string _given = ""; // the window's text that is out already
    private int _givenIds;

    internal StreamDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes the next token; the text that it completed, or null where it has to wait.</summary>
    public string? Next(int id)
    {
        if (_given.Length == 0 && _ids.Count > 0 && Decode() is var soFar && !soFar.EndsWith('\uFFFD'))
        {
            _given = soFar;
            _givenIds = _ids.Count;
        }
        _ids.Add(id);
        var text = Decode();
        if (text.Length <= _given.Length || text.EndsWith('\uFFFD')) return null;
        var common = _given.AsSpan().CommonPrefixLength(text);
        // The window keeps the last tokens as context, so that spaces between words come out right.
        var kept = _ids.Count - _givenIds;
        _ids.RemoveRange(0, _givenIds);
        _given = Decode();
        _givenIds = kept;
        return text[common..];
    }

    /// <summary>What is still held back, broken characters as U+FFFD; call it when no more tokens come.</summary>
    public string Flush()
    {
        var text = Decode();
        var rest = text.Length > _given.Length ? text[_given.AsSpan().CommonPrefixLength(text)..] : "";
        _ids.Clear();
        _given = "";
        _givenIds = 0;
        return rest;
    }

    private string Decode() => _tokenizer.Decode(CollectionsMarshal.AsSpan(_ids), _skipSpecialTokens);
}
