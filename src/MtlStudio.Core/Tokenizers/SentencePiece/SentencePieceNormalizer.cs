using System.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>SentencePiece's normalization: rules by longest prefix, extra spaces, the dummy space, the visible space. User-defined
/// symbols pass unchanged.</summary>
internal sealed class SentencePieceNormalizer(SentencePieceModel model, UserSymbols symbols)
{
    private readonly Charsmap? _rules = model.Charsmap.Length > 0 ? new(model.Charsmap) : null;
    private readonly char _space = model.EscapeWhitespaces ? '\u2581' : ' ';

    /// <param name="text">Without lone surrogates.</param>
    /// <param name="continues">The text goes on where another ended: no dummy space, a leading space stays.</param>
    /// <param name="origins">(units of the result + 1) where in <paramref name="text"/> each unit begins; the last is where all ends.</param>
    public string Normalize(string text, bool continues, List<int> origins)
    {
        origins.Clear();
        var output = new StringBuilder(text.Length + 8);
        var bytes = _rules is null ? [] : Encoding.UTF8.GetBytes(text);
        var (at, byteAt) = (0, 0);
        if (model.RemoveExtraWhitespaces && !continues)
            while (at < text.Length && Prefix(text, bytes, at, byteAt, out var units, out var length) == " ")
                (at, byteAt) = (at + units, byteAt + length);
        if (at == text.Length)
        {
            origins.Add(at);
            return "";
        }
        var dummy = model.AddDummyPrefix && !continues;
        if (dummy && !model.TreatWhitespaceAsSuffix) Append(_space, at);
        var afterSpace = model.RemoveExtraWhitespaces && !continues;
        while (at < text.Length)
        {
            var part = Prefix(text, bytes, at, byteAt, out var units, out var length).AsSpan();
            if (afterSpace) part = part.TrimStart(' ');
            foreach (var unit in part) Append(unit == ' ' ? _space : unit, at);
            if (part.Length > 0) afterSpace = part[^1] == ' ';
            afterSpace &= model.RemoveExtraWhitespaces;
            (at, byteAt) = (at + units, byteAt + length);
        }
        if (model.RemoveExtraWhitespaces)
            while (output.Length > 0 && output[^1] == _space)
            {
                at = origins[^1];
                output.Length--;
                origins.RemoveAt(origins.Count - 1);
            }
        if (dummy && model.TreatWhitespaceAsSuffix) Append(_space, at);
        origins.Add(at);
        return output.ToString();

        void Append(char unit, int origin)
        {
            output.Append(unit);
            origins.Add(origin);
        }
    }

    /// <summary>What the text from <paramref name="at"/> on begins with once normalized, and how much of the text that was.</summary>
    private string Prefix(string text, byte[] bytes, int at, int byteAt, out int units, out int length)
    {
        if (symbols.At(text, at) is ( > 0, _) and var (found, _))
        {
            units = found;
            length = _rules is null ? 0 : Encoding.UTF8.GetByteCount(text.AsSpan(at, units));
            return text.Substring(at, units);
        }
        if (_rules is not null && _rules.Longest(bytes.AsSpan(byteAt), out length) is { } replacement)
        {
            units = Encoding.UTF8.GetCharCount(bytes, byteAt, length);
            return replacement;
        }
        var codePoint = Runes.At(text, at, out units);
        length = Runes.Utf8Length(codePoint);
        return codePoint == ' ' ? " " : text.Substring(at, units);
    }
}
