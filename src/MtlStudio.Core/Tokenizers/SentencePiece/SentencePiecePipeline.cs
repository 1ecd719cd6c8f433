using System.Buffers;
using System.Text;
using MtlStudio.Core.Tokenizers.Decoders;
using MtlStudio.Core.Tokenizers.Pipelines;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>What a SentencePiece model describes. As in the library itself, <c>&lt;s&gt;</c> in a text is plain text.</summary>
internal sealed class SentencePiecePipeline : ITokenizerPipeline
{
    private readonly SentencePieceModel _model;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly IPieceSegmenter _segmenter;
    private readonly Dictionary<string, int> _ids;
    private readonly int[] _byteIds; // (256), -1 = none
    private readonly int[] _before;
    private readonly int[] _after;

    /// <param name="before">Special tokens before a text.</param>
    /// <param name="after">And behind it.</param>
    public SentencePiecePipeline(SentencePieceModel model, IReadOnlyList<int> before, IReadOnlyList<int> after)
    {
        _model = model;
        _before = [.. before];
        _after = [.. after];
        var symbols = new UserSymbols(model);
        _normalizer = new(model, symbols);
        _segmenter = model.IsBpe ? new ScoredBpe(model, symbols) : new ScoredUnigram(model);
        _ids = model.Pieces.Select((piece, id) => (piece.Text, id)).GroupBy(p => p.Text).ToDictionary(g => g.Key, g => g.First().id, StringComparer.Ordinal);
        _byteIds = [.. Enumerable.Range(0, 256).Select(b => _ids.GetValueOrDefault($"<0x{b:X2}>", -1))];
    }

    public int VocabularySize => _model.Pieces.Count;

    public EncodedText Encode(string text, EncodeOptions options)
    {
        var encoded = new EncodedText(options.Detailed);
        if (options.AddSpecialTokens) AddSpecial(_before, encoded);
        AddText(text, options.Continues, encoded);
        if (options.AddSpecialTokens) AddSpecial(_after, encoded);
        return encoded;
    }

    public EncodedText EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens)
    {
        var all = new EncodedText(detailed: true);
        if (addSpecialTokens) AddSpecial(_before, all);
        for (var word = 0; word < words.Count; word++) all.AddWord(Encode(words[word], new(AddSpecialTokens: false, Detailed: true)), word);
        if (addSpecialTokens) AddSpecial(_after, all);
        return all;
    }

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var text = new StringBuilder(ids.Length * 4);
        List<byte> bytes = [];
        var spaceTaken = false;
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_model.Pieces.Count) continue;
            var piece = _model.Pieces[id];
            if (piece.Type == PieceType.Byte)
            {
                bytes.Add(ByteFallbackDecoder.ByteOf(piece.Text) ?? 0);
                continue;
            }
            FlushBytes(bytes, text);
            switch (piece.Type)
            {
                case PieceType.Control:
                    break;
                case PieceType.Unknown:
                    text.Append(_model.UnknownSurface);
                    break;
                default:
                    text.Append(Surface(piece.Text, text.Length == 0, ref spaceTaken));
                    break;
            }
        }
        FlushBytes(bytes, text);
        return text.ToString();
    }

    public string? TextOf(int id) => (uint)id < (uint)_model.Pieces.Count ? _model.Pieces[id].Text : null;

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public bool IsSpecial(int id) => (uint)id < (uint)_model.Pieces.Count && _model.Pieces[id].Type is PieceType.Control or PieceType.Unknown;

    private static void AddSpecial(int[] ids, EncodedText encoded)
    {
        foreach (var id in ids) encoded.AddSpecial(id);
    }

    private void AddText(string text, bool continues, EncodedText encoded)
    {
        List<int> origins = new(text.Length + 8);
        var normalized = _normalizer.Normalize(text, continues, origins);
        var unknown = false; // the last token was unknown
        foreach (var (id, from, to) in _segmenter.Divide(normalized))
        {
            var (start, end) = (origins[from], origins[to]);
            var known = id >= 0 && id != _model.UnknownId;
            if (known) encoded.Add(id, start, end, 0);
            else if (_model.ByteFallback) AddBytes(normalized.AsSpan(from, to - from), start, end, encoded);
            else AddUnknown(normalized[from..to], start, end, unknown, encoded);
            unknown = !known;
        }
    }

    private void AddBytes(ReadOnlySpan<char> text, int start, int end, EncodedText encoded)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            var count = new Rune(Runes.At(text, at, out var units)).EncodeToUtf8(bytes);
            at += units;
            for (var i = 0; i < count; i++)
            {
                // The last byte of a character carries its span, the others none.
                var last = at == text.Length && i == count - 1;
                encoded.Add(_byteIds[bytes[i]] >= 0 ? _byteIds[bytes[i]] : _model.UnknownId ?? 0, start, last ? end : start, 0);
            }
        }
    }

    /// <summary>Neighbouring unknown characters are one token.</summary>
    private void AddUnknown(string text, int start, int end, bool joins, EncodedText encoded)
    {
        if (!joins)
        {
            encoded.Add(_model.UnknownId ?? 0, start, end, 0, text);
            return;
        }
        if (!encoded.Detailed) return;
        encoded.Ends[^1] = end;
        encoded.Texts[^1] += text;
    }

    private string Surface(string piece, bool atStart, ref bool spaceTaken)
    {
        var sign = _model.EscapeWhitespaces ? '\u2581' : ' ';
        var from = 0;
        if (atStart && !spaceTaken && (_model.AddDummyPrefix || _model.RemoveExtraWhitespaces) && piece.StartsWith(sign))
        {
            from = 1;
            // Where extra spaces are removed every leading one goes, else just the dummy.
            spaceTaken = !_model.RemoveExtraWhitespaces;
        }
        return piece[from..].Replace(sign, ' ');
    }

    /// <summary>Valid UTF-8 stays, each other byte becomes U+FFFD.</summary>
    private static void FlushBytes(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done;
            if (valid) text.Append(rune.ToString());
            else text.Append(Runes.Replacement);
            rest = rest[(valid ? length : 1)..];
        }
        bytes.Clear();
    }
}
