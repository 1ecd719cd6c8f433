namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>User-defined symbols: they are found in any text before all else and never merge; the longest wins.</summary>
internal sealed class UserSymbols
{
    private readonly Dictionary<char, (string Text, int Id)[]> _byFirst;

    public UserSymbols(SentencePieceModel model) => _byFirst = model.Pieces
        .Select((piece, id) => (piece.Text, Id: id, piece.Type))
        .Where(piece => piece.Type == PieceType.UserDefined && piece.Text.Length > 0)
        .GroupBy(piece => piece.Text[0])
        .ToDictionary(group => group.Key, group => group.Select(piece => (piece.Text, piece.Id)).OrderByDescending(piece => piece.Text.Length).ToArray());

    /// <summary>The symbol that begins at <paramref name="at"/>, or (0, -1).</summary>
    public (int Length, int Id) At(string text, int at)
    {
        if (_byFirst.Count > 0 && _byFirst.TryGetValue(text[at], out var symbols))
            foreach (var (symbol, id) in symbols)
                if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0) return (symbol.Length, id);
        return (0, -1);
    }

    /// <summary>The next symbol from <paramref name="from"/> on; where there is none, the end of the text and length 0.</summary>
    public (int Found, int Length, int Id) Next(string text, int from)
    {
        if (_byFirst.Count > 0)
            for (var at = from; at < text.Length; at++)
                if (At(text, at) is ( > 0, _) and var (length, id)) return (at, length, id);
        return (text.Length, 0, -1);
    }
}
