using MtlStudio.Core.Tokenizers.AddedTokens;
using MtlStudio.Core.Tokenizers.Decoders;
using MtlStudio.Core.Tokenizers.Models;
using MtlStudio.Core.Tokenizers.Normalizers;
using MtlStudio.Core.Tokenizers.PostProcessors;
using MtlStudio.Core.Tokenizers.PreTokenizers;
using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Pipelines;

/// <summary>What a tokenizer.json describes: added tokens, normalizer, pre-tokenizer, model, post-processor and decoder, each part
/// but the model optional. The file is obeyed to the letter.</summary>
internal sealed class HuggingFacePipeline : ITokenizerPipeline
{
    private readonly IModel _model;
    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly IPostProcessor? _postProcessor;
    private readonly IDecoder? _decoder;
    private readonly TokenFinder _rawTokens;
    private readonly TokenFinder _normalizedTokens;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly Dictionary<string, int> _addedIds;
    private readonly Dictionary<int, string> _decoded = []; // where an added token is decoded to something else than its content
    private readonly HashSet<string> _special;

    public HuggingFacePipeline(
        IModel model, IReadOnlyList<AddedToken> added, INormalizer? normalizer, IPreTokenizer? preTokenizer,
        IPostProcessor? postProcessor, IDecoder? decoder)
    {
        _model = model;
        _normalizer = normalizer;
        _preTokenizer = preTokenizer;
        _postProcessor = postProcessor;
        _decoder = decoder;
        _added = added.GroupBy(token => token.Id).ToDictionary(group => group.Key, group => group.Last());
        _addedIds = added.GroupBy(token => token.Content).ToDictionary(group => group.Key, group => group.Last().Id, StringComparer.Ordinal);
        _special = added.Where(token => token.Special).Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        // A normalized token stands for its normalized content.
        foreach (var token in added.Where(token => token.Normalized)) _decoded[token.Id] = Normalized(token.Content);
        // Special tokens come first where two look for the same text.
        var ordered = added.OrderBy(token => !token.Special).ToList();
        _rawTokens = new(ordered.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _normalizedTokens = new(ordered.Where(token => token.Normalized).Select(token => (Normalized(token.Content), token)));
        VocabularySize = Math.Max(model.Vocabulary.Size, added.Count == 0 ? 0 : added.Max(token => token.Id) + 1);
    }

    public int VocabularySize { get; }

    public EncodedText Encode(string text, EncodeOptions options)
    {
        var encoded = EncodeText(text, options);
        return _postProcessor?.Process(encoded, options.AddSpecialTokens, VocabularyText) ?? encoded;
    }

    public EncodedText EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens)
    {
        var all = new EncodedText(detailed: true);
        for (var word = 0; word < words.Count; word++) all.AddWord(EncodeText(words[word], new(AddSpecialTokens: false, Detailed: true)), word);
        return _postProcessor?.Process(all, addSpecialTokens, VocabularyText) ?? all;
    }

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        List<string> tokens = new(ids.Length);
        foreach (var id in ids)
            if ((_decoded.GetValueOrDefault(id) ?? TextOf(id)) is { } token && !(skipSpecialTokens && _special.Contains(token))) tokens.Add(token);
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    public string? TextOf(int id) => _added.TryGetValue(id, out var token) ? token.Content : _model.Vocabulary.TextOf(id);

    public int? IdOf(string token) =>
        _addedIds.TryGetValue(token, out var id) ? id : _model.Vocabulary.IdOf(token) is >= 0 and var known ? known : null;

    public bool IsSpecial(int id) => _added.TryGetValue(id, out var token) && token.Special;

    private string VocabularyText(int id) => TextOf(id) ?? "";

    private string Normalized(string content) => _normalizer is null
        ? content
        : new(_normalizer.Normalize(AlignedText.Of(content, tracked: false), continues: false).Span);

    private EncodedText EncodeText(string text, EncodeOptions options)
    {
        var tracked = options.Detailed || _preTokenizer is { NeedsOrigins: true };
        List<Piece> raw = [];
        _rawTokens.Split(AlignedText.Of(text, tracked), raw);
        List<Piece> pieces = new(raw.Count);
        foreach (var piece in raw)
        {
            if (piece.Token >= 0)
            {
                pieces.Add(piece);
                continue;
            }
            var continues = options.Continues && piece.From == 0;
            var rest = piece.ToText();
            if (_normalizer is not null) rest = _normalizer.Normalize(rest, continues);
            _normalizedTokens.Split(rest, pieces);
        }
        if (_preTokenizer is not null) pieces = PreTokenize(pieces, options.Continues);
        var encoded = new EncodedText(options.Detailed);
        for (var word = 0; word < pieces.Count; word++) AddPiece(pieces[word], word, encoded);
        return encoded;
    }

    /// <summary>Only what begins the text continues another; the rest is split as it would be anywhere.</summary>
    private List<Piece> PreTokenize(List<Piece> pieces, bool continues)
    {
        if (!continues || pieces.Count == 0 || pieces[0].Token >= 0) return _preTokenizer!.Split(pieces, continues: false);
        var first = _preTokenizer!.Split([pieces[0]], continues: true);
        return [.. first, .. _preTokenizer.Split(pieces[1..], continues: false)];
    }

    private void AddPiece(Piece piece, int word, EncodedText encoded)
    {
        if (piece.Token >= 0)
        {
            if (!encoded.Detailed) encoded.Ids.Add(piece.Token);
            else
                encoded.Add(piece.Token, piece.Text.StartOf(piece.From), piece.Text.EndOf(piece.To - 1), word, new(piece.Span));
            return;
        }
        var tokens = _model.Tokenize(piece.Span);
        if (!encoded.Detailed)
        {
            encoded.Ids.AddRange(tokens.Ids);
            return;
        }
        var bytes = new ByteOffsets(piece.Span);
        for (var i = 0; i < tokens.Ids.Length; i++)
        {
            var from = bytes.UnitAt(tokens.Starts[i]);
            var to = bytes.UnitBehind(tokens.Ends[i]);
            var (start, end) = from < to
                ? (piece.Text.StartOf(piece.From + from), piece.Text.EndOf(piece.From + to - 1))
                : (piece.OriginalStart, piece.OriginalStart);
            encoded.Add(tokens.Ids[i], start, end, word, tokens.Texts?[i]);
        }
    }
}
