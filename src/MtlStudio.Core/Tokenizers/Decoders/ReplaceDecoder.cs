using System.Text;
using MtlStudio.Core.Tokenizers.Patterns;

namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>Puts a string in the place of each match, token by token.</summary>
internal sealed class ReplaceDecoder(IPattern pattern, string content) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<Stretch> stretches = [];
        return tokens.ConvertAll(token =>
        {
            stretches.Clear();
            pattern.Divide(token, stretches);
            if (!stretches.Exists(s => s.IsMatch)) return token;
            var text = new StringBuilder(token.Length);
            foreach (var (from, to, isMatch) in stretches)
                if (isMatch) text.Append(content);
                else text.Append(token, from, to - from);
            return text.ToString();
        });
    }
}
