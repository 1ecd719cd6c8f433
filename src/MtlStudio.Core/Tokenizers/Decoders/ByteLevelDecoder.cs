using System.Buffers;
using System.Text;
using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>The byte alphabet back to bytes and these to text; a token with a sign outside the alphabet is text already. Broken UTF-8
/// becomes one U+FFFD for each maximal part.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>(tokens.Count * 4 + 16);
        foreach (var token in tokens)
        {
            if (!TrySpell(token, bytes)) Encoding.UTF8.GetBytes(token, bytes);
        }
        return [Encoding.UTF8.GetString(bytes.WrittenSpan)];
    }

    private static bool TrySpell(string token, ArrayBufferWriter<byte> bytes)
    {
        var span = bytes.GetSpan(token.Length + 1);
        for (var i = 0; i < token.Length; i++)
        {
            var b = ByteAlphabet.ByteOf(token[i]);
            if (b < 0) return false;
            span[i] = (byte)b;
        }
        bytes.Advance(token.Length);
        return true;
    }
}
