using MtlStudio.Core.Tokenizers.Pipelines;
using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PostProcessors;

/// <summary>Takes the spaces at the ends of byte-level tokens out of their offsets (ByteLevel and RobertaProcessing with trim_offsets).</summary>
/// <param name="addPrefixSpace">A single space that leads the first token was put there and isn't in the text.</param>
internal sealed class TrimOffsetsPostProcessor(bool addPrefixSpace) : IPostProcessor
{
    public EncodedText Process(EncodedText encoded, bool addSpecialTokens, Func<int, string> textOf)
    {
        if (!encoded.Detailed) return encoded;
        for (var i = 0; i < encoded.Ids.Count; i++)
        {
            var text = encoded.Texts[i] ?? textOf(encoded.Ids[i]);
            var leading = text.TakeWhile(IsSpace).Count();
            var trailing = text.Reverse().TakeWhile(IsSpace).Count();
            if (leading > 0)
            {
                if (addPrefixSpace && leading == 1 && (i == 0 || encoded.Starts[i] == 0)) leading = 0;
                encoded.Starts[i] = Math.Min(encoded.Starts[i] + leading, encoded.Ends[i]);
            }
            if (trailing > 0 && encoded.Ends[i] >= trailing)
                encoded.Ends[i] = Math.Max(encoded.Ends[i] - trailing, encoded.Starts[i]);
        }
        return encoded;
    }

    private static bool IsSpace(char unit) => unit == ByteAlphabet.Characters[' '] || char.IsWhiteSpace(unit);
}
